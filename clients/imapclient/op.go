package imapclient

import (
	"context"
	"io"

	"harness/protocols/imap"
	"harness/protocols/wire"
)

// op is a command with what its answer becomes: a Client runs it, or a Pipeline.
type op[T any] struct {
	cmd *imap.Command
	// take reports whether an untagged response is a part of the answer, and puts it into v. Its error becomes that of the command. It may be nil.
	take func(v *T, r imap.Response) (mine bool, err error)
	// ended is called with the tagged response, whatever it is. It may be nil.
	ended func(v *T, s *imap.Status)

	body    BodyFunc
	mine    func(f *imap.Fetch) bool
	message io.Reader
}

// call returns the call of the command, and where its answer will be.
func (o op[T]) call() (*call, *T) {
	v := new(T)
	k := &call{cmd: o.cmd, body: o.body, mine: o.mine, message: o.message}
	if o.take != nil {
		k.take = func(r imap.Response) bool {
			mine, err := o.take(v, r)
			if err != nil {
				k.fail(err)
			}
			return mine
		}
	}
	if o.ended != nil {
		k.ended = func(s *imap.Status) { o.ended(v, s) }
	}
	return k, v
}

// run runs a command and returns its answer. With an error, the answer is empty.
func run[T any](ctx context.Context, c *Client, o op[T]) (T, error) {
	k, v := o.call()
	if err := c.run(ctx, k); err != nil {
		var none T
		return none, err
	}
	return *v, nil
}

// nothing is the answer of a command that says no more than that it was done.
type nothing = struct{}

// plain is a command whose answer says no more than that it was done.
func plain(name string, args imap.Args) op[nothing] {
	return op[nothing]{cmd: &imap.Command{Name: name, Args: args}}
}

func (c *Client) plain(ctx context.Context, name string, args imap.Args) error {
	_, err := run(ctx, c, plain(name, args))
	return err
}

// one is a command that one response of a type answers; the last one counts, if there are several.
func one[R imap.Response](name string, args imap.Args, fits func(r R) bool) op[R] {
	return op[R]{cmd: &imap.Command{Name: name, Args: args}, take: func(v *R, r imap.Response) (bool, error) {
		got, ok := r.(R)
		if ok = ok && (fits == nil || fits(got)); ok {
			*v = got
		}
		return ok, nil
	}}
}

// answer runs a command that one response has to answer.
func answer[R interface {
	imap.Response
	comparable
}](ctx context.Context, c *Client, o op[R], cite string) (R, error) {
	v, err := run(ctx, c, o)
	var none R
	if err == nil && v == none {
		err = c.b.Wrap(o.cmd.String(), missing(o.cmd.Name, cite))
	}
	return v, err
}

// missing is the error where the response that answers a command did not come.
func missing(name, cite string) error {
	return &wire.SyntaxError{Want: `the untagged response "` + name + `" before the tagged one`, Cite: cite}
}

// gather adds to a list, up to a limit.
func gather[T any](list *[]T, v T, most int) error {
	if len(*list) >= most {
		return &wire.LimitError{What: "list", Limit: int64(most)}
	}
	*list = append(*list, v)
	return nil
}
