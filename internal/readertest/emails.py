"""Reads messages, a JSON list of base64 texts, with Python's email package. Writes a JSON list of what it found."""

import base64
import email
import email.header
import email.policy
import email.utils
import json
import sys


def decoded(value):
    parts = email.header.decode_header(value)
    return "".join(p if isinstance(p, str) else p.decode(charset or "ascii") for p, charset in parts)


def read(raw):
    # compat32 keeps a header as it is; the newer policy adds blanks between the encoded words of a name.
    headers = email.message_from_bytes(raw)
    people = {}
    for header in ("From", "To", "Reply-To"):
        unfolded = "".join(headers.get(header, "").splitlines())
        people[header] = [
            {"Name": decoded(name), "Address": address} for name, address in email.utils.getaddresses([unfolded]) if address
        ]
    message = email.message_from_bytes(raw, policy=email.policy.default)
    subject = message["Subject"]
    defects = [str(d) for h in (message["From"], message["To"], message["Reply-To"], subject) if h is not None for d in h.defects]
    text = message.get_body(("plain",)).get_content()
    return {"People": people, "Subject": str(subject), "Text": text, "Defects": defects}


json.dump([read(base64.b64decode(raw)) for raw in json.load(sys.stdin)], sys.stdout)
