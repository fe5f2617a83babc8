package pop3spec_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/play"
	"harness/internal/tools/recordpop3/maildrop"
	"harness/protocols/dialect"
	"harness/specs/peers"
	"harness/specs/spectest"
	"harness/transcript"
)

const replayPassword = "the walrus and the carpenter"

// replayed is a recorded session, and the account that it is driven with.
type replayed struct {
	spectest.Replayed
	user string
	mail []fixtures.Mail
}

// sessionsOf returns the sessions that were recorded from a server, each with an account of its own, so that what one does to its mail is no
// matter to the others.
func sessionsOf(t *testing.T, server string) []replayed {
	t.Helper()
	var out []replayed
	for _, r := range spectest.SessionsOf(t, "pop3", server) {
		mail, err := maildrop.Of(r.Session)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, replayed{r, fmt.Sprintf("u%d", len(out)+1), mail})
	}
	return out
}

// drive plays the client of a session against a server.
func drive(ctx context.Context, t *testing.T, server *peers.Server, s *transcript.Session, user string) (*play.Report, error) {
	t.Helper()
	return spectest.Drive(ctx, t, server, s, auth.Credentials{User: user, Password: replayPassword}, peers.PortPOP3, peers.PortPOP3S)
}

// TestReplayContainers drives the recorded sessions against the servers that they were recorded from: with the mail that there was they match, but
// for what changes from run to run, and with other mail each place where they do not is told.
func TestReplayContainers(t *testing.T) {
	peers.Require(t)
	for _, name := range peers.POP3Servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sessions := sessionsOf(t, name)
			if len(sessions) < 10 {
				t.Fatalf("%d sessions of %s", len(sessions), name)
			}
			opts := peers.POP3Options{Accounts: map[string]string{}, Mail: map[string][][]byte{}}
			add := func(user string, mail []fixtures.Mail) {
				opts.Accounts[user] = replayPassword
				for _, m := range mail {
					opts.Mail[user] = append(opts.Mail[user], m.Data)
				}
			}
			for _, r := range sessions {
				add(r.user, r.mail)
				if slices.Contains(showMail, r.Name) {
					backwards := slices.Clone(r.mail)
					slices.Reverse(backwards)
					add(other(r.user), backwards)
				}
			}
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // the image may have to be built
			t.Cleanup(cancel)
			server, err := peers.StartPOP3(ctx, name, opts)
			spectest.Running(ctx, t, server, err)
			parallel := func(t *testing.T) {
				if name != "mailutils" { // it lets few connections wait, and leaves the others to TCP's retransmission, which takes seconds
					t.Parallel()
				}
			}
			for _, r := range sessions {
				t.Run(r.Name, func(t *testing.T) {
					parallel(t)
					if recorded := r.Session.Get("server"); recorded != server.Software {
						t.Logf("recorded from %s; this is %s", recorded, server.Software)
					}
					replaySame(ctx, t, server, r)
				})
			}
			for _, r := range sessions {
				if slices.Contains(showMail, r.Name) {
					t.Run(r.Name+"/other mail", func(t *testing.T) {
						parallel(t)
						replayOther(ctx, t, server, r)
					})
				}
			}
		})
	}
}

// showMail names sessions that are driven against other mail too: RETR and LIST are in them.
var showMail = []string{"delete-reset", "pipelining", "retrieve", "retrieve-large"}

// other names the account that has other mail.
func other(user string) string { return "other-" + user }

func replaySame(ctx context.Context, t *testing.T, server *peers.Server, r replayed) {
	report, err := drive(ctx, t, server, r.Session, r.user)
	spectest.Matches(t, report, err)
}

// replayOther drives a session against a maildrop that holds the messages in the other order.
func replayOther(ctx context.Context, t *testing.T, server *peers.Server, r replayed) {
	report, err := drive(ctx, t, server, r.Session, other(r.user))
	if err == nil {
		t.Fatal("no difference was told")
	}
	if unplayed := new(play.Unplayed); errors.As(err, &unplayed) {
		t.Errorf("it was not played to its end: %v", unplayed)
	}
	// Each answer that shows a message or its size differs, and no other line does.
	told := map[string]bool{}
	for _, m := range report.Mismatches() {
		told[answered(r.Session, m.Pos)] = true
		if m.Outcome != play.GotOther && m.Outcome != play.GotMore {
			t.Errorf("%v", m)
		}
	}
	for verb := range told {
		if verb != "RETR" && verb != "LIST" && verb != "TOP" && verb != "STAT" {
			t.Errorf("the answer to %q differs", verb)
		}
	}
	for _, verb := range []string{"RETR", "LIST"} {
		if !told[verb] {
			t.Errorf("no difference was told in an answer to %s: %v", verb, err)
		}
	}
}

// answered returns the verb of the command whose answer stands at pos. It counts answers as they come in POP3: one for each command, in their
// order, those of RETR, TOP, LIST, UIDL and CAPA with lines up to a dot alone if they are positive.
func answered(s *transcript.Session, pos transcript.Position) string {
	var asked []string // not answered
	verb, block := "", false
	asked = append(asked, "greeting")
	for it := range s.All() {
		say, ok := it.(*transcript.Say)
		if !ok {
			continue
		}
		text := string(say.Sample())
		if say.Who.Party == dialect.Client {
			asked = append(asked, text)
			continue
		}
		if !block {
			command := asked[0]
			asked = asked[1:]
			words := strings.Fields(command)
			verb = words[0]
			multi := verb == "RETR" || verb == "TOP" || verb == "CAPA" || (verb == "LIST" || verb == "UIDL") && len(words) == 1
			block = multi && strings.HasPrefix(text, "+OK")
		} else if text == "." {
			block = false
		}
		if say.Position() == pos {
			return verb
		}
	}
	return fmt.Sprintf("nothing (%v)", pos)
}
