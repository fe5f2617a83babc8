package smtpspec

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"harness/clients/smtpclient"
	"harness/internal/auth"
	"harness/protocols/smtp"
)

// NativeClient is the harness's own client, clients/smtpclient, as the client under test.
func NativeClient() Client { return nativeClient{} }

type nativeClient struct{}

func (nativeClient) Name() string { return "harness smtpclient" }

func (nativeClient) Connect(ctx context.Context, o ClientOptions) (ClientSession, error) {
	c, err := smtpclient.Dial(ctx, o.Addr, &smtpclient.Options{
		Timeouts: smtpclient.Timeouts{Connect: o.Timeout, Handshake: o.Timeout, Greeting: o.Timeout, Command: o.Timeout, Data: o.Timeout, Idle: o.Timeout, Final: o.Timeout},
		LMTP:     o.LMTP, Name: o.Name, TLS: o.TLS, Host: o.Host, ImplicitTLS: o.Security == Implicit, RequireTLS: o.RequireTLS, ClearAuth: !o.RequireTLS, Chunking: o.Chunking,
	})
	if err != nil {
		return nil, err
	}
	switch o.Security {
	case Upgrade:
		err = c.STARTTLS(ctx)
	case Opportunistic:
		if err = c.Hello(ctx); err == nil && c.HasExtension(smtp.ExtStartTLS) {
			err = c.STARTTLS(ctx)
		}
	}
	if err != nil {
		c.Quit(ctx)
		return nil, err
	}
	return nativeSession{c}, nil
}

// nativeSession adapts what differs; the rest is the client's own.
type nativeSession struct{ *smtpclient.Client }

func (s nativeSession) Helo(ctx context.Context) error {
	_, err := s.Client.Helo(ctx)
	return err
}

func (s nativeSession) Login(ctx context.Context, creds Credentials, mechanisms ...string) error {
	return s.LoginWith(ctx, creds, mechanisms...)
}

func (s nativeSession) Auth(ctx context.Context, mechanism string, creds Credentials) error {
	err := s.AuthMechanism(ctx, mechanism, creds)
	if errors.Is(err, auth.ErrMechanism) {
		return fmt.Errorf("%w: %w", errors.ErrUnsupported, err)
	}
	return err
}

func (s nativeSession) Mail(ctx context.Context, from string, opts smtp.MailOptions) error {
	_, err := s.Client.Mail(ctx, from, &opts)
	return err
}

func (s nativeSession) Rcpt(ctx context.Context, to string, opts smtp.RcptOptions) (*smtp.Reply, error) {
	return s.Client.Rcpt(ctx, to, &opts)
}

func (s nativeSession) Data(ctx context.Context, content []byte) error {
	_, err := s.Client.Data(ctx, bytes.NewReader(content))
	return err
}

func (s nativeSession) Bdat(ctx context.Context, chunk []byte, last bool) error {
	_, err := s.Client.Bdat(ctx, chunk, last)
	return err
}

func nativeEnvelope(m Message) *smtpclient.Envelope {
	env := &smtpclient.Envelope{From: m.From, Options: m.Options}
	for _, r := range m.To {
		env.To = append(env.To, smtpclient.Recipient{Address: r.Address, Options: r.Options})
	}
	return env
}

func deliveries(res *smtpclient.Result) []Delivery {
	if res == nil {
		return nil
	}
	out := make([]Delivery, len(res.Recipients))
	for i, d := range res.Recipients {
		var refused *smtp.Reply
		out[i] = Delivery{Err: d.Err, Temporary: d.Err != nil && (!errors.As(d.Err, &refused) || refused.Transient())}
	}
	return out
}

func (s nativeSession) Send(ctx context.Context, m Message) ([]Delivery, error) {
	res, err := s.SendMail(ctx, nativeEnvelope(m), bytes.NewReader(m.Content))
	return deliveries(res), err
}

func (s nativeSession) SendAll(ctx context.Context, messages ...Message) ([][]Delivery, error) {
	p := s.Pipeline()
	var answers []*smtpclient.Answer[*smtpclient.Result]
	for _, m := range messages {
		answers = append(answers, p.Message(nativeEnvelope(m), bytes.NewReader(m.Content)))
	}
	err := p.Run(ctx)
	var out [][]Delivery
	for _, a := range answers {
		res, _ := a.Get()
		out = append(out, deliveries(res))
	}
	return out, err
}

func (s nativeSession) SendMessage(ctx context.Context, message []byte) ([]Delivery, error) {
	res, err := s.Client.SendMessage(ctx, bytes.NewReader(message), nil)
	return deliveries(res), err
}
