package peers

import (
	"context"
	"slices"
)

// The ports of an IMAP server within its container; [Server.Addr] says where they are reached.
const (
	PortIMAP  = 143 // plain, and TLS after STARTTLS (RFC 9051 section 6.2.1)
	PortIMAPS = 993 // TLS from the start (RFC 8314 section 3.2)
)

// IMAPServers returns the names that [StartIMAP] knows, sorted.
func IMAPServers() []string { return []string{"courier", "cyrus", "dovecot"} }

// IMAPOptions say what an IMAP server starts with: accounts, and the mail of each INBOX, as [POP3Options] say of maildrops.
type IMAPOptions = POP3Options

// StartIMAP starts the IMAP server of that name, one of [IMAPServers], and returns when it greets on both its ports, as [StartPOP3] does.
func StartIMAP(ctx context.Context, name string, opts IMAPOptions) (*Server, error) {
	if !slices.Contains(IMAPServers(), name) {
		return nil, unknownServer("IMAP", name, IMAPServers())
	}
	return startMail(ctx, "an IMAP server", opts, launch{
		name:     name,
		ports:    []port{{PortIMAP, false}, {PortIMAPS, true}},
		greeting: "* OK",
		farewell: "* BYE",
		quit:     "a LOGOUT",
	})
}
