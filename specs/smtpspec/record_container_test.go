package smtpspec

import (
	"context"
	"net"
	"testing"
	"time"

	"harness/fixtures"
	"harness/specs/peers"
	"harness/specs/spectest"
)

// sendMail sends a message after STARTTLS and authentication.
const sendMail = `
import smtplib, ssl, sys
s = smtplib.SMTP("localhost", int(sys.argv[1]), local_hostname="client.example.net", timeout=20)
s.starttls(context=ssl.create_default_context(cafile="ca.pem"))
s.login("` + replayUser + `", sys.argv[2])
s.sendmail("alice@example.org", ["bob@example.org", "alice@example.org"], open("mail", "rb").read())
s.quit()
`

// TestRecordRealClients records how swaks, msmtp, curl and smtplib submit a message to Postfix, after STARTTLS and authentication. The session is then
// served to the client, and driven against Postfix.
func TestRecordRealClients(t *testing.T) {
	peers.Require(t)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	clients := spectest.RealClients(t, "swaks", "msmtp", "curl", "python3")
	postfix := replayed()["postfix"](ctx, t)
	mail, err := fixtures.MailByName("25-dots")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args func(port, password string) []string
		mech string
	}{
		"swaks": {func(port, password string) []string {
			return []string{"--server", "localhost", "--port", port, "--helo", "client.example.net", "--from", "alice@example.org", "--to", "bob@example.org,alice@example.org", "--data", "@mail",
				"--tls", "--tls-verify", "--tls-ca-path", "ca.pem", "--auth", "PLAIN", "--auth-user", replayUser, "--auth-password", password}
		}, "PLAIN"},
		"msmtp": {func(port, password string) []string {
			return []string{"--host=localhost", "--port=" + port, "--from=alice@example.org", "--tls=on", "--tls-trust-file=ca.pem", "--auth=scram-sha-256", "--user=" + replayUser,
				"--passwordeval=echo '" + password + "'", "bob@example.org", "alice@example.org"}
		}, "SCRAM-SHA-256"},
		"curl": {func(port, password string) []string {
			return []string{"-sS", "-4", "--ssl-reqd", "--cacert", "ca.pem", "--login-options", "AUTH=CRAM-MD5", "-u", replayUser + ":" + password, "smtp://localhost:" + port,
				"--mail-from", "alice@example.org", "--mail-rcpt", "bob@example.org", "--mail-rcpt", "alice@example.org", "-T", "mail"}
		}, "CRAM-MD5"},
		"python3": {func(port, password string) []string { return []string{"-c", sendMail, port, password} }, "CRAM-MD5"},
	} {
		t.Run(name, func(t *testing.T) {
			taken := spectest.RecordedRun{
				Upstream: "submission://" + postfix.Addr(peers.PortSubmission), TLS: postfix.TLSConfig(), User: replayUser, Password: replayPassword,
				Do: func(t *testing.T, addr string, ca []byte, password string) {
					t.Helper()
					_, port, err := net.SplitHostPort(addr)
					if err != nil {
						t.Fatal(err)
					}
					// msmtp reads its standard input.
					r, err := clients[name].Run(ctx, peers.Command{Args: c.args(port, password), Stdin: mail.Data, Files: map[string][]byte{"ca.pem": ca, "mail": mail.Data}})
					if err != nil {
						t.Fatal(err)
					}
					if r.ExitCode != 0 {
						t.Fatalf("status %d: %s%s", r.ExitCode, r.Stdout, r.Stderr)
					}
				},
			}
			session := taken.Record(ctx, t, "\nC: STARTTLS\n", "\n-- tls\n", "\nC: AUTH "+c.mech, "{{*** sasl "+c.mech+"}}\n", "\nC: RCPT TO:<bob@example.org>\n", "\nC: ..\nC: The line before was a lone dot.\n")
			t.Run("served", func(t *testing.T) { taken.Serve(t, session) })
			t.Run("driven", func(t *testing.T) {
				report, err := driveSession(ctx, t, postfix, spectest.Replayed{Name: "submission", Session: session})
				spectest.Matches(t, report, err)
			})
		})
	}
}
