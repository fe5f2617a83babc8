package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"harness/clients/ftpclient"
	"harness/mockservers/filestore"
	"harness/mockservers/ftpmock"
	"harness/protocols/ftp"
	"harness/specs"
	"harness/specs/ftpspec"
)

var ftpProtocol = &protocol{
	dialect:    ftp.Dialect(),
	register:   ftpspec.Register,
	builtin:    func() (specs.ServerUnderTest, specs.ClientUnderTest) { return ftpspec.Mock(), ftpspec.NativeClient() },
	reach:      reachFTP,
	deviations: ftpmock.Deviations,
	content:    contentFiles,
	mock:       serveFTP,
	path:       "the directory in which cases work",
}

// ftpServer is an FTP mock that owns the directory it serves.
type ftpServer struct {
	*ftpmock.Server
	tree filestore.Tree // nil for one in memory
}

// Close closes the server, and then the directory.
func (s *ftpServer) Close() error {
	err := s.Server.Close()
	if s.tree != nil {
		err = errors.Join(err, s.tree.Close())
	}
	return err
}

func serveFTP(o mockOptions) (mock, error) {
	opts := ftpmock.Options{Options: o.Options, Features: o.features}
	for _, a := range o.accounts {
		opts.Accounts = append(opts.Accounts, ftpmock.Account{Name: a.User, Password: a.Password})
	}
	s := &ftpServer{}
	if o.data != "" {
		tree, err := filestore.NewDirectory(o.data, o.writable)
		if err != nil {
			return nil, fmt.Errorf("--data: %w", err)
		}
		s.tree, opts.Tree = tree, tree
	}
	var err error
	if s.Server, err = ftpmock.NewServer(opts); err != nil {
		if s.tree != nil {
			err = errors.Join(err, s.tree.Close())
		}
		return nil, err
	}
	return s, nil
}

// reachFTP logs in and out, and looks for the directory.
func reachFTP(ctx context.Context, t *specs.Target) (software string, err error) {
	c, err := ftpclient.Dial(ctx, t.URL.Host, &ftpclient.Options{TLS: t.TLS, ImplicitTLS: t.URL.Scheme == "ftps"})
	if err != nil {
		return "", err
	}
	defer c.Close()
	if t.StartTLS {
		if err := c.AuthTLS(ctx); err != nil {
			return "", fmt.Errorf("it does not start TLS: %w", err)
		}
	}
	if err := c.Login(ctx, t.User, t.Password); err != nil {
		return "", fmt.Errorf("the login as %s failed: %w; check the account, and use ftps:// or ?starttls=1 if it wants TLS first", t.User, err)
	}
	if dir := strings.TrimPrefix(t.URL.Path, "/"); dir != "" {
		if err := c.Cwd(ctx, dir); err != nil {
			return "", fmt.Errorf("the directory %s of the URL: %w", dir, err)
		}
	}
	return greetedBy(c.Greeting()), c.Quit(ctx)
}

// greetedBy is what the software calls itself in the greeting: in parentheses as "(vsFTPd 3.0.3)", before "Server", or behind "Welcome to"; "" if it
// does not.
func greetedBy(r *ftp.Reply) string {
	text := r.Lines[len(r.Lines)-1]
	if len(r.Lines) > 1 {
		text = r.Lines[0]
	}
	if _, in, ok := strings.Cut(text, "("); ok {
		if name, _, ok := strings.Cut(in, ")"); ok && strings.ContainsAny(name, "0123456789") {
			return name
		}
	}
	if name, _, ok := strings.Cut(text, " Server "); ok && len(name) < 40 {
		return name
	}
	if _, rest, ok := strings.Cut(text, "Welcome to "); ok {
		name, _, _ := strings.Cut(rest, " ")
		return name
	}
	return ""
}
