package postgrestest

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestAServerLoadsAFileAndLeavesNothing(t *testing.T) {
	var folder string
	t.Run("test", func(t *testing.T) {
		server := Start(t)
		folder = server.folder
		for range 2 {
			db := server.Database(t)
			db.Do(t, "CREATE TABLE t (n integer, s text);")
			db.Copy(t, "t", "FORMAT csv", []byte("1,\"a\nb\"\n2,\n"))
			if got := db.Do(t, "SELECT n, replace(s, E'\\n', '|'), s IS NULL FROM t ORDER BY n;"); got != "1|a|b|f\n2||t\n" {
				t.Errorf("read %q", got)
			}
			if err := db.TryCopy(t.Context(), "t", "FORMAT csv", []byte("x,\n")); err == nil || !strings.Contains(err.Error(), "invalid input syntax") {
				t.Errorf("a text in a column of numbers: %v", err)
			}
		}
	})
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", folder, err)
	}
}

// A test process that is killed leaves no server either.
func TestAServerEndsWithAKilledTest(t *testing.T) {
	if os.Getenv("KITH_POSTGRES_CHILD") != "" {
		server := Start(t)
		if _, err := os.Stdout.WriteString(server.folder + "\n"); err != nil {
			t.Fatal(err)
		}
		select {}
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAServerEndsWithAKilledTest$")
	child.Env = append(os.Environ(), "KITH_POSTGRES_CHILD=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var line bytes.Buffer
	for letter := make([]byte, 1); !bytes.HasSuffix(line.Bytes(), []byte("\n")); {
		if _, err := out.Read(letter); err != nil {
			t.Fatalf("the child said %q: %v", line.String(), err)
		}
		line.Write(letter)
	}
	folder := strings.TrimSpace(line.String())
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	for deadline := time.Now().Add(startTime); ; {
		if _, err := os.Stat(folder); os.IsNotExist(err) {
			return // the folder goes when the server has ended
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there", folder)
		}
		<-time.After(20 * time.Millisecond)
	}
}
