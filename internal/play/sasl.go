package play

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"

	"harness/internal/auth"
	"harness/protocols/dialect"
	"harness/transcript"
)

// exchange is a SASL exchange that goes on, on the side that is played. Without credentials there is none: what was recorded is played, and
// what comes is taken.
type exchange struct {
	client auth.Client
	server auth.Server
	// challenge is what the server said last and the client has not used: decoded on the client's side, to be said on the server's.
	challenge []byte
	open      bool // challenge is set
}

// begin starts an exchange. Initial says that the client's first message stands in its command.
func (p *player) begin(mech string, initial bool) (*exchange, error) {
	x := &exchange{}
	var err error
	if p.opts.Side == dialect.Client {
		x.client, err = auth.NewClient(mech, p.creds())
		return x, err
	}
	c := p.creds()
	store := auth.Accounts{c.User: {Password: c.Password, Token: c.Token, ActAs: []string{"*"}}}
	if c.Identity != "" && c.Identity != c.User {
		store[c.Identity] = auth.Account{}
	}
	x.server, err = auth.NewServerOptions(mech, store, &auth.ServerOptions{External: c.User, LoginInitial: initial})
	if err != nil {
		return nil, err
	}
	if m, _ := auth.Lookup(mech); !m.ClientFirst && !initial {
		x.challenge, _, err = x.server.Next(nil)
		x.open = err == nil
	}
	return x, err
}

// mechanism returns the name that a value of kind sasl has; "" if it has none that is known here.
func mechanism(v *transcript.Value) string {
	if len(v.Args) == 0 {
		return ""
	}
	m, ok := auth.Lookup(v.Args[0])
	if !ok {
		return ""
	}
	return m.Name
}

// fillSASL makes the own side's message.
func (p *player) fillSASL(ch *channel, st *step, v *transcript.Value) ([]byte, bool, error) {
	mech := mechanism(v)
	if p.opts.Credentials == nil || mech == "" {
		return nil, false, nil
	}
	initial := st.verb != ""
	x := ch.sasl
	fresh := x == nil
	if fresh {
		var err error
		if x, err = p.begin(mech, initial && p.opts.Side == dialect.Client); err != nil {
			return nil, false, err
		}
		ch.sasl = x
	}
	if p.opts.Side == dialect.Server {
		if !x.open {
			return nil, false, nil
		}
		x.open = false
		return []byte(auth.Encode(x.challenge)), true, nil
	}
	var msg []byte
	if fresh {
		first, err := clientFirst(x.client, ch.challenge)
		if err != nil {
			return nil, false, err
		}
		msg = first
	} else {
		var err error
		if msg, err = x.client.Next(ch.challenge); err != nil {
			return nil, false, err
		}
	}
	ch.challenge, ch.challenged = nil, false
	if initial {
		if arg, ok := auth.EncodeInitial(msg); ok {
			return []byte(arg), true, nil
		}
	}
	return []byte(auth.Encode(msg)), true, nil
}

func clientFirst(c auth.Client, challenge []byte) ([]byte, error) {
	_, first, err := c.Start()
	if err != nil || first != nil {
		return first, err
	}
	return c.Next(challenge)
}

// ackSASL gives a challenge that the session answers with an empty line, such as SCRAM's last, to the mechanism: the server proves itself by it.
func (p *player) ackSASL(ch *channel) error {
	x := ch.sasl
	if x == nil || x.client == nil || !ch.challenged {
		return nil
	}
	ch.challenged = false
	_, err := x.client.Next(ch.challenge)
	ch.challenge = nil
	return err
}

// heardSASL takes the peer's message.
func (p *player) heardSASL(ch *channel, st *step, m transcript.Matched) error {
	mech := mechanism(m.Value)
	if p.opts.Credentials == nil || mech == "" {
		return nil
	}
	if p.opts.Side == dialect.Client {
		c, err := auth.Decode(string(m.Octets))
		if err != nil {
			return err
		}
		ch.challenge, ch.challenged = c, true
		return nil
	}
	initial := st.verb != ""
	if ch.sasl == nil {
		x, err := p.begin(mech, initial)
		if err != nil {
			return err
		}
		ch.sasl = x
	}
	decode := auth.Decode
	if initial {
		decode = auth.DecodeInitial
	}
	msg, err := decode(string(m.Octets))
	if err != nil {
		return err
	}
	c, done, err := ch.sasl.server.Next(msg)
	if err != nil {
		return fmt.Errorf("it does not follow from the user and the password that were given: %w", err)
	}
	ch.sasl.challenge, ch.sasl.open = c, !done || len(c) > 0
	return nil
}

// verify compares the peer's credentials with those that were given; on the server's side only.
func (p *player) verify(ch *channel, m transcript.Matched) error {
	c := p.opts.Credentials
	if c == nil || p.opts.Side != dialect.Server {
		return nil
	}
	text := string(m.Octets)
	if len(m.Value.Args) == 1 && m.Value.Args[0] == "quoted" {
		text = unquote(text)
	}
	switch m.Value.Kind {
	case "user":
		if text != c.User {
			return errors.New("it is not the user name that was given")
		}
	case "password":
		if text != c.Password {
			return errors.New("it is not the password that was given")
		}
	case "apop":
		if want := apop(ch.stamp, c.Password); !bytes.EqualFold(m.Octets, want) {
			return errors.New("it is not the digest of the timestamp and the password that was given (RFC 1939 section 7)")
		}
	}
	return nil
}

// apop is the digest of RFC 1939 section 7.
func apop(stamp []byte, password string) []byte {
	h := md5.New()
	h.Write(stamp)
	h.Write([]byte(password))
	return hex.AppendEncode(nil, h.Sum(nil))
}

// unquote takes the backslashes out of the inside of a quoted string (RFC 3501 section 9, "quoted").
func unquote(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}
