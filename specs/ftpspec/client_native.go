package ftpspec

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"harness/clients/ftpclient"
	"harness/protocols/ftp"
)

// NativeClient is the harness's own client, clients/ftpclient, as the client under test.
func NativeClient() Client { return nativeClient{} }

type nativeClient struct{}

func (nativeClient) Name() string { return "harness ftpclient" }

func (nativeClient) Connect(ctx context.Context, o ClientOptions) (ClientSession, error) {
	t := ftpclient.Timeouts{Connect: o.Timeout, Handshake: o.Timeout, Command: o.Timeout, Idle: o.Timeout, Abort: o.Timeout}
	c, err := ftpclient.Dial(ctx, o.Addr, &ftpclient.Options{
		Timeouts: t, Limits: ftpclient.Limits{File: o.FileLimit, Listing: o.ListingLimit}, TLS: o.TLS, ImplicitTLS: o.Security == Implicit,
		RequireTLS: o.RequireTLS, ClearData: o.ClearData, Host: o.Host, Active: o.Active, NoEPSV: o.NoEPSV,
	})
	if err != nil {
		return nil, err
	}
	if o.Security == Upgrade {
		if err := c.AuthTLS(ctx); err != nil {
			c.Close()
			return nil, err
		}
	}
	return nativeSession{c}, nil
}

// nativeSession adapts what differs; the rest is the client's own.
type nativeSession struct{ *ftpclient.Client }

func (s nativeSession) Login(ctx context.Context, creds Credentials) error {
	return s.LoginAccount(ctx, creds.User, creds.Password, creds.Account)
}

func (s nativeSession) Prot(ctx context.Context, level ftp.Protection) error {
	if err := s.Pbsz(ctx, 0); err != nil {
		return err
	}
	return s.Client.Prot(ctx, level)
}

func (s nativeSession) Feat(ctx context.Context) ([]string, error) {
	f, err := s.Client.Feat(ctx)
	var out []string
	for _, feature := range f {
		out = append(out, strings.TrimSpace(feature.Label+" "+feature.Params))
	}
	return out, err
}

func (s nativeSession) Supports(ctx context.Context, feature string) (bool, error) {
	f, known := s.Features()
	if !known {
		var refused *ftp.Reply
		var err error
		if f, err = s.Client.Feat(ctx); err != nil {
			if errors.As(err, &refused) {
				err = nil
			}
			return false, err
		}
	}
	if feature == "REST STREAM" {
		return f.RestStream(), nil
	}
	return f.Has(feature), nil
}

func (s nativeSession) Opts(ctx context.Context, command, options string) error {
	_, err := s.Client.Opts(ctx, command, options)
	return err
}

func (s nativeSession) Stat(ctx context.Context, path string) (*ftp.Reply, error) {
	return s.Command(ctx, ftp.NewCommand("STAT", path))
}

func (s nativeSession) Quote(ctx context.Context, line string) ([]*ftp.Reply, error) {
	r, err := s.Raw(ctx, line)
	var out []*ftp.Reply
	for err == nil {
		out = append(out, r)
		if !r.Preliminary() {
			break
		}
		r, err = s.ReadReply(ctx)
	}
	return out, err
}

func transferOptions(o TransferOptions) *ftpclient.TransferOptions {
	return &ftpclient.TransferOptions{Type: o.Type, Text: o.Text, Offset: o.Offset, Marker: o.Marker}
}

func (s nativeSession) Retr(ctx context.Context, path string, o TransferOptions) ([]byte, error) {
	return s.RetrBytes(ctx, path, transferOptions(o))
}

func (s nativeSession) RetrAbort(ctx context.Context, path string) error {
	r, err := s.Client.Retr(ctx, path, nil)
	if err != nil {
		return err
	}
	if _, err := r.Read(make([]byte, 1)); err != nil {
		return errors.Join(err, r.Close())
	}
	return r.Abort(ctx)
}

func (s nativeSession) Stor(ctx context.Context, path string, data []byte, o TransferOptions) error {
	_, err := s.Client.Stor(ctx, path, bytes.NewReader(data), transferOptions(o))
	return err
}

func (s nativeSession) StorAbort(ctx context.Context, path string, data []byte) error {
	w, err := s.StorWriter(ctx, path, nil)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return errors.Join(err, w.Close())
	}
	return w.Abort(ctx)
}

func (s nativeSession) Appe(ctx context.Context, path string, data []byte, o TransferOptions) error {
	_, err := s.Client.Appe(ctx, path, bytes.NewReader(data), transferOptions(o))
	return err
}

func (s nativeSession) Stou(ctx context.Context, data []byte) (string, error) {
	name, _, err := s.Client.Stou(ctx, "", bytes.NewReader(data), nil)
	return name, err
}

// listed adapts an entry.
func listed(e ftp.Entry) Listed {
	l := Listed{Name: e.Name, Dir: e.Type == ftp.DirEntry || e.Type == ftp.CDirEntry || e.Type == ftp.PDirEntry, Size: e.Size, Modify: e.Modify}
	if e.Type == ftp.CDirEntry || e.Type == ftp.PDirEntry {
		l.Name = "." // no entry of the directory
	}
	return l
}

func allListed(entries []ftp.Entry) []Listed {
	var out []Listed
	for _, e := range entries {
		out = append(out, listed(e))
	}
	return out
}

func (s nativeSession) Mlst(ctx context.Context, path string) (Listed, error) {
	e, err := s.Client.Mlst(ctx, path)
	return listed(e), err
}

func (s nativeSession) List(ctx context.Context, path string) ([]Listed, []string, error) {
	l, err := s.Client.List(ctx, path)
	return allListed(l.Entries), l.Other, err
}

func (s nativeSession) Mlsd(ctx context.Context, path string) ([]Listed, error) {
	entries, err := s.Client.Mlsd(ctx, path)
	return allListed(entries), err
}

func (s nativeSession) ReadDir(ctx context.Context, path string) ([]Listed, error) {
	entries, err := s.Client.ReadDir(ctx, path)
	return allListed(entries), err
}

func (s nativeSession) Get(ctx context.Context, path, dir string) error {
	_, _, err := s.Client.Get(ctx, path, dir, nil)
	return err
}

func (s nativeSession) GetTree(ctx context.Context, path, dir string) error {
	_, err := s.Client.GetTree(ctx, path, dir, nil)
	return err
}
