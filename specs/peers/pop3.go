package peers

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// The ports of a POP3 server within its container; [Server.Addr] says where they are reached.
const (
	PortPOP3  = 110 // plain, and TLS after STLS (RFC 2595 section 4)
	PortPOP3S = 995 // TLS from the start (RFC 8314 section 3.2)
)

// pop3Server is what StartPOP3 and StartIMAP have to know of an image.
type pop3Server struct {
	storesLF bool // line ends are stored as LF, and become CRLF when they are sent
	tokens   bool // takes bearer tokens
}

var pop3Servers = map[string]pop3Server{
	"courier":   {storesLF: true},
	"cyrus":     {},
	"dovecot":   {tokens: true},
	"mailutils": {storesLF: true},
}

// POP3Servers returns the names that [StartPOP3] knows, sorted.
func POP3Servers() []string { return slices.Sorted(maps.Keys(pop3Servers)) }

// POP3Options say what a POP3 server starts with.
type POP3Options struct {
	// Accounts maps each user name to its password; nil means alice, "wonderland", and bob, "builder". A name consists of
	// 1 to 32 lower-case letters, digits, "-" and "_", and begins with a letter. A password is not empty, has no
	// control characters, and neither begins nor ends with a space, which Mailutils would drop.
	Accounts map[string]string
	// Mail maps a user to the messages of the maildrop, in their order. A message is given as it is to arrive, with CRLF
	// line ends; Courier and Mailutils store LF instead, so that from them a lone LF comes as CRLF. It may lack the last
	// CRLF, which every server adds when it sends the message, and none counts. A user who is not named has an empty
	// maildrop.
	Mail map[string][][]byte
}

// StartPOP3 starts the POP3 server of that name, one of [POP3Servers], and returns when it greets on both its ports, which
// takes about a second. If its image has to be built first, that takes up to a minute more. The server allows passwords in
// clear. The error wraps [ErrNoEngine] if there is no engine; it shows the end of the server's log if it does not start
// within 30 seconds.
func StartPOP3(ctx context.Context, name string, opts POP3Options) (*Server, error) {
	if _, known := pop3Servers[name]; !known {
		return nil, unknownServer("POP3", name, POP3Servers())
	}
	return startMail(ctx, "a POP3 server", opts, launch{
		name:     name,
		ports:    []port{{PortPOP3, false}, {PortPOP3S, true}},
		greeting: "+OK",
		farewell: "+OK",
	})
}

// startMail starts a server that keeps mail.
func startMail(ctx context.Context, who string, opts POP3Options, l launch) (*Server, error) {
	kind := pop3Servers[l.name]
	accounts, err := checkAccounts(who, opts.Accounts)
	if err != nil {
		return nil, err
	}
	l.accounts = accounts
	for user := range opts.Mail {
		if _, ok := accounts[user]; !ok {
			return nil, fmt.Errorf("peers: mail for user %q, who has no account", user)
		}
	}
	if kind.tokens {
		l.tokenKey = make([]byte, 32)
		if _, err := rand.Read(l.tokenKey); err != nil {
			return nil, fmt.Errorf("peers: making a key: %w", err)
		}
	}
	l.seed = func(a *archive) {
		if kind.tokens {
			a.file("oauth2/default/HS256/default", 0o644, []byte(base64.StdEncoding.EncodeToString(l.tokenKey)))
		}
		for _, user := range slices.Sorted(maps.Keys(opts.Mail)) {
			for i, message := range opts.Mail[user] {
				if kind.storesLF {
					message = bytes.ReplaceAll(message, []byte("\r\n"), []byte("\n"))
				}
				a.file(fmt.Sprintf("mail/%s/%d.eml", user, i+1), 0o644, message)
			}
		}
	}
	return start(ctx, l)
}

// Token returns a bearer token (RFC 6750) for a user, for OAUTHBEARER (RFC 7628) and XOAUTH2. It holds for an hour. Only
// Dovecot takes tokens; for another server it is an error.
func (s *Server) Token(user string) (string, error) {
	if s.tokenKey == nil {
		return "", fmt.Errorf("peers: server %s takes no bearer tokens", s.Name)
	}
	part := func(v any) (string, error) {
		text, err := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(text), err
	}
	header, err := part(map[string]string{"alg": "HS256", "typ": "JWT"})
	if err != nil {
		return "", err
	}
	now := time.Now()
	claims, err := part(map[string]any{"sub": user, "iat": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix()})
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, s.tokenKey)
	mac.Write([]byte(header + "." + claims))
	return header + "." + claims + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}
