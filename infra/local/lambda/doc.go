// Package lambda runs function binaries as AWS Lambda does: the Runtime API over HTTP, one event at a time per process,
// more processes under load, timeouts, payload limits and asynchronous calls with retries. It knows nothing of the
// template or of what calls the functions.
//
// A function is named by its AWS name, its logical id, its folder's name or its ARN, wherever a name is asked for.
package lambda
