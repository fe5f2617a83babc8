package nntpspec

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"harness/specs/peers"
	"harness/specs/spectest"
)

// recordedClient is how a client reads a group from localhost, and leaves each article in a file.
type recordedClient struct {
	client *peers.Client
	// command reads; dir is where the files are then.
	command func(port, password string) peers.Command
	dir     string
	// want are parts of the session.
	want []string
}

// readWords reads a group after STARTTLS.
const readWords = `
import nntplib, os, ssl, sys
n = nntplib.NNTP("localhost", int(sys.argv[1]), timeout=20)
n.starttls(ssl.create_default_context(cafile="ca.pem"))
n.login("` + replayUser + `", sys.argv[2], usenetrc=False)
_, _, first, last, _ = n.group("` + recordedGroup + `")
os.mkdir("words")
for number, _ in n.over((first, last))[1]:
    with open("words/%d" % number, "wb") as f:
        f.write(b"".join(l + b"\n" for l in n.article(number)[1].lines))
n.quit()
`

const recordedGroup = "example.words"

// TestRecordRealClients records what slrnpull, tin and nntplib do with INN, the last after STARTTLS. The session is then served to the client, which gets
// every article again, and driven against INN.
func TestRecordRealClients(t *testing.T) {
	peers.Require(t)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	clients := spectest.RealClients(t, "slrnpull", "tin")
	inn := startReplayed(ctx, t, "inn2")
	words := articlesIn(recordedGroup)
	for name, c := range map[string]recordedClient{
		"slrnpull": {clients["slrnpull"], func(port, password string) peers.Command {
			return peers.Command{Args: []string{"-d", ".", "-h", "localhost:" + port}, Files: map[string][]byte{
				"slrnpull.conf": []byte(recordedGroup + " 0 0\n"), "authinfo": []byte(replayUser + "\n" + password + "\n"), "news/.keep": nil,
			}}
		}, "news/example/words", []string{"\nC: MODE READER\n", "\nC: HEAD 1\n", "\nC: BODY 1\n"}},
		"tin": {clients["tin"], func(port, password string) peers.Command {
			return peers.Command{Env: []string{"TERM=dumb"}, Args: []string{"-r", "-g", "localhost", "-p", port, "-A", "-S", "-n", "-q"}, Files: map[string][]byte{
				".newsauth": fmt.Appendf(nil, "localhost \"%s\" %s\n", password, replayUser), ".newsrc": []byte(recordedGroup + ":\n"),
			}}
		}, "News/example/words", []string{"\nC: OVER 1-11\n", "\nC: ARTICLE 1\n"}},
		"nntplib": {spectest.RealClient(t, peers.ContainerClient, "python3"), func(port, password string) peers.Command {
			return peers.Command{Args: []string{"-c", readWords, port, password}}
		}, "words", []string{"\nC: STARTTLS\n", "\n-- tls\n", "\nC: ARTICLE 1\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			run := func(t *testing.T, addr string, ca []byte, password string) {
				t.Helper()
				_, port, err := net.SplitHostPort(addr)
				if err != nil {
					t.Fatal(err)
				}
				cmd := c.command(port, password)
				cmd.KeepFiles = true
				if cmd.Files == nil {
					cmd.Files = map[string][]byte{}
				}
				cmd.Files["ca.pem"] = ca
				r, err := c.client.Run(ctx, cmd)
				if err != nil {
					t.Fatal(err)
				}
				got := filesIn(r, c.dir)
				if r.ExitCode != 0 || len(got) != len(words) {
					t.Fatalf("status %d, %d articles of %d: %s%s", r.ExitCode, len(got), len(words), r.Stdout, r.Stderr)
				}
				for number, want := range words {
					if !bytes.Equal(got[number], want) {
						t.Errorf("%s: %.300q, want %.300q", number, got[number], want)
					}
				}
			}

			taken := spectest.RecordedRun{Upstream: "nntp://" + inn.Addr(peers.PortNNTP), TLS: inn.TLSConfig(), User: replayUser, Password: replayPassword, Do: run}
			session := taken.Record(ctx, t, append(c.want, "\nC: AUTHINFO PASS {{*** password}}\n")...)
			t.Run("served", func(t *testing.T) { taken.Serve(t, session) })
			t.Run("driven", func(t *testing.T) {
				report, err := driveSession(ctx, t, inn, session)
				spectest.Matches(t, report, err)
			})
		})
	}
}
