package peers

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
)

// The ports of mail servers, for [Server.Addr], which says where they are reached.
const (
	PortSMTP        = 25  // plain, and TLS after STARTTLS (RFC 3207)
	PortSubmission  = 587 // the same, for those who authenticate (RFC 6409)
	PortSubmissions = 465 // TLS from the start, for those who authenticate (RFC 8314 section 3.3)
	PortLMTP        = 24  // plain (RFC 2033)
)

// MailDomain is the domain of the accounts of SMTP and LMTP servers: the account alice has the address alice@example.org.
const MailDomain = "example.org"

// SMTPServers returns the names that [StartSMTP] knows, sorted.
func SMTPServers() []string { return []string{"exim", "opensmtpd", "postfix"} }

// SMTPOptions say what an SMTP server starts with.
type SMTPOptions struct {
	// Accounts maps each user name to its password; nil means alice, "wonderland", and bob, "builder". What they may consist of is said at
	// [POP3Options]. The first in order is the postmaster.
	Accounts map[string]string
	// Relays are where the mail of domains is handed on; the server takes mail for them from everybody.
	Relays []Relay
}

// Relay is the next server for a domain's mail.
type Relay struct {
	Domain string
	// LMTP says that the next server speaks LMTP (RFC 2033), not SMTP.
	LMTP bool
	// To is the server's address, as it is reached from the engine's machine.
	To netip.AddrPort
}

// StartSMTP starts the SMTP server of that name, one of [SMTPServers], and returns when it greets on all its ports, which takes about a second. If its
// image has to be built first, that takes up to a minute more. It takes mail for the accounts from everybody, and for other domains from those who
// authenticate; what it has no way for comes back. Passwords in clear are allowed. The error wraps [ErrNoEngine] if there is no engine; it shows the
// end of the server's log if it does not start within 30 seconds.
//
// The server shares the network of the engine's machine, as [StartFTP] says, so that it reaches the mail servers there.
func StartSMTP(ctx context.Context, name string, opts SMTPOptions) (*Server, error) {
	if !slices.Contains(SMTPServers(), name) {
		return nil, unknownServer("SMTP", name, SMTPServers())
	}
	accounts, err := checkAccounts("an SMTP server", opts.Accounts)
	if err != nil {
		return nil, err
	}
	var relays strings.Builder
	for _, r := range opts.Relays {
		if r.Domain == "" || r.Domain == MailDomain || strings.ContainsAny(r.Domain, " \t\n\"") || !r.To.IsValid() {
			return nil, fmt.Errorf("peers: no relay: the mail of %q to %v", r.Domain, r.To)
		}
		protocol := "smtp"
		if r.LMTP {
			protocol = "lmtp"
		}
		fmt.Fprintf(&relays, "%s\t%s\t%s\t%d\n", r.Domain, protocol, r.To.Addr(), r.To.Port())
	}
	return start(ctx, launch{
		name:     name,
		accounts: accounts,
		ports:    []port{{PortSMTP, false}, {PortSubmission, false}, {PortSubmissions, true}},
		greeting: "220 ",
		farewell: "221 ",
		onHost:   true,
		env:      map[string]string{},
		seed:     func(a *archive) { a.file("relays", 0o644, []byte(relays.String())) },
	})
}

// LMTPServers returns the names that [StartLMTP] knows, sorted.
func LMTPServers() []string { return []string{"dovecot"} }

// LMTPOptions say what an LMTP server starts with.
type LMTPOptions struct {
	// Accounts maps each user name to its password, as in [SMTPOptions].
	Accounts map[string]string
	// Full are users whose mailboxes take nothing: 552 5.2.2 behind the content.
	Full []string
}

// StartLMTP starts the LMTP server of that name, one of [LMTPServers], as [StartSMTP] does. It listens on [PortLMTP] without TLS.
func StartLMTP(ctx context.Context, name string, opts LMTPOptions) (*Server, error) {
	if !slices.Contains(LMTPServers(), name) {
		return nil, unknownServer("LMTP", name, LMTPServers())
	}
	accounts, err := checkAccounts("an LMTP server", opts.Accounts)
	if err != nil {
		return nil, err
	}
	return start(ctx, launch{
		name:     name,
		accounts: accounts,
		ports:    []port{{PortLMTP, false}},
		greeting: "220 ",
		farewell: "221 ",
		seed:     func(a *archive) { a.file("full", 0o644, []byte(strings.Join(append(opts.Full, ""), "\n"))) },
	})
}

// Delivered returns the messages that an SMTP or LMTP server has delivered to a user so far, in the order in which they came, as it stored them: with LF line
// ends, and with the headers that it added.
func (s *Server) Delivered(ctx context.Context, user string) ([][]byte, error) {
	if _, ok := s.Accounts[user]; !ok {
		return nil, fmt.Errorf("peers: user %q has no account", user)
	}
	r, err := s.Exec(ctx, "sh", "-c", `cd "/srv/mail/$1/Maildir" 2>/dev/null || exit 0
		find new cur -type f -printf '%T@ %p\0' 2>/dev/null | sort -zn | cut -zd ' ' -f 2- | tar -c --null -T - -f -`, "sh", user)
	if err != nil {
		return nil, err
	}
	if r.ExitCode != 0 {
		return nil, fmt.Errorf("peers: reading the mail of %s: exit status %d, %q", user, r.ExitCode, tail(string(r.Stderr), 3))
	}
	var out [][]byte
	for t := tar.NewReader(bytes.NewReader(r.Stdout)); ; {
		if _, err := t.Next(); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("peers: reading the mail of %s: %w", user, err)
		}
		data, err := io.ReadAll(t)
		if err != nil {
			return nil, fmt.Errorf("peers: reading the mail of %s: %w", user, err)
		}
		out = append(out, data)
	}
}
