package postgrestest

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestStart_LoadFile_RemovesFolder(t *testing.T) {
	var folder string
	t.Run("test", func(t *testing.T) {
		server := Start(t)
		folder = server.folder
		for range 2 {
			db := server.Database(t)
			db.Do(t, "CREATE TABLE t (n integer, s text);")
			db.Copy(t, "t", "FORMAT csv", []byte("1,\"a\nb\"\n2,\n"))
			if got := db.Do(t, "SELECT n, replace(s, E'\\n', '|'), s IS NULL FROM t ORDER BY n;"); got != "1|a|b|f\n2||t\n" {
				t.Errorf("rows %q", got)
			}
			if err := db.TryCopy(t.Context(), "t", "FORMAT csv", []byte("x,\n")); err == nil || !strings.Contains(err.Error(), "invalid input syntax") {
				t.Errorf("COPY of a text into an integer column: %v, want an error", err)
			}
		}
	})
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("%s still exists: %v", folder, err)
	}
}

// A test process that is killed leaves no server.
func TestStart_TestKilled_StopsServer(t *testing.T) {
	if os.Getenv("KITH_POSTGRES_CHILD") != "" {
		server := Start(t)
		if _, err := os.Stdout.WriteString(server.folder + "\n"); err != nil {
			t.Fatal(err)
		}
		select {}
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStart_TestKilled_StopsServer$")
	child.Env = append(os.Environ(), "KITH_POSTGRES_CHILD=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var line bytes.Buffer
	for character := make([]byte, 1); !bytes.HasSuffix(line.Bytes(), []byte("\n")); {
		if _, err := out.Read(character); err != nil {
			t.Fatalf("child output %q: %v", line.String(), err)
		}
		line.Write(character)
	}
	folder := strings.TrimSpace(line.String())
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	for deadline := time.Now().Add(startTimeout); ; {
		if _, err := os.Stat(folder); os.IsNotExist(err) {
			return // the folder is removed after the server has stopped
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s still exists", folder)
		}
		<-time.After(20 * time.Millisecond)
	}
}
