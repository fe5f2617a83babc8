package ftpspec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"harness/internal/play"
	"harness/protocols/dialect"
	"harness/specs/peers"
	"harness/specs/spectest"
	"harness/transcript"
)

// TestRecordRealClients records what curl and lftp do with vsftpd over TLS, data channels that resume the session included. The session is then
// served to curl, which gets every octet again, and driven against ProFTPD.
func TestRecordRealClients(t *testing.T) {
	peers.Require(t)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	numbered := treeFile(t, "octets/numbered.bin")
	all := treeFile(t, "octets/all.bin")
	clients := map[string]*peers.Client{}
	for _, name := range []string{"curl", "lftp"} {
		c, err := peers.LookClient(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(ctx)
		clients[name] = c
	}
	// args makes a client fetch two files and send one.
	args := map[string]func(port, password string) []string{
		"curl": func(port, password string) []string {
			address := "ftp://localhost:" + port + "/"
			options := []string{"-sS", "-4", "--ssl-reqd", "--cacert", "ca.pem", "-u", replayUser + ":" + password}
			return slices.Concat(options, []string{address + "octets/numbered.bin", "-o", "down", address + "octets/all.bin", "-o", "all", "--next"},
				options, []string{"-T", "up", address + "incoming/up"})
		},
		"lftp": func(port, password string) []string {
			return []string{"-c", "set ssl:ca-file ca.pem; set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set net:max-retries 1; set cmd:fail-exit yes; set dns:order inet; " +
				"open -u \"" + replayUser + "," + password + "\" ftp://localhost:" + port +
				"; get octets/numbered.bin -o down; get octets/all.bin -o all; put up -o incoming/up; ls text; bye"}
		},
	}
	run := func(t *testing.T, name, addr string, ca []byte, password string) {
		t.Helper()
		_, port, err := net.SplitHostPort(addr)
		if err != nil {
			t.Fatal(err)
		}
		r, err := clients[name].Run(ctx, peers.Command{Args: args[name](port, password), Files: map[string][]byte{"ca.pem": ca, "up": all}, KeepFiles: true})
		if err != nil {
			t.Fatal(err)
		}
		if r.ExitCode != 0 || !bytes.Equal(r.Files["down"], numbered) || !bytes.Equal(r.Files["all"], all) {
			t.Fatalf("%s: status %d, %d and %d octets: %s%s", name, r.ExitCode, len(r.Files["down"]), len(r.Files["all"]), r.Stdout, r.Stderr)
		}
	}

	vsftpd, proftpd := startReplayed(ctx, t, "vsftpd"), startReplayed(ctx, t, "proftpd")
	for _, name := range []string{"curl", "lftp"} {
		t.Run(name, func(t *testing.T) {
			taken := spectest.RecordedRun{
				Upstream: "ftp://" + vsftpd.Addr(peers.PortFTP), TLS: vsftpd.TLSConfig(), User: replayUser, Password: replayPassword,
				Do: func(t *testing.T, addr string, ca []byte, password string) { run(t, name, addr, ca, password) },
			}
			session := taken.Record(ctx, t, "\n-- tls\n", "\nC: PROT P\n", "\n-- tls d1\n", "\nC: PASS {{*** password}}\n", "\nC: STOR ")
			t.Run("served", func(t *testing.T) { taken.Serve(t, session) })
			t.Run("driven", func(t *testing.T) {
				report, err := driveSession(ctx, t, proftpd, session)
				if unplayed := new(play.Unplayed); errors.As(err, &unplayed) {
					t.Errorf("it was not played to its end: %v", unplayed)
				}
				for _, m := range report.Mismatches() {
					// ProFTPD says otherwise what it is and has, lists with other owners, and knows the SITE UTIME that vsftpd refuses.
					if verb := commandBefore(session, m); !slices.Contains([]string{"FEAT", "SYST", "LIST", "OPTS", "SITE"}, verb) {
						t.Errorf("after %s: %v", verb, m)
					}
				}
			})
		})
	}
}

// commandBefore is the verb of the last command before a mismatch.
func commandBefore(s *transcript.Session, m *play.Mismatch) string {
	verb := ""
	for it := range s.All() {
		if it.Position() == m.Pos {
			break
		}
		if say, ok := it.(*transcript.Say); ok && say.Who.Party == dialect.Client && say.Who.Channel == "" {
			verb, _, _ = strings.Cut(string(say.Sample()), " ")
		}
	}
	return verb
}

func treeFile(t *testing.T, name string) []byte {
	t.Helper()
	for _, f := range readable() {
		if f.Path == name {
			return f.Data
		}
	}
	t.Fatal(fmt.Errorf("no file %q", name))
	return nil
}
