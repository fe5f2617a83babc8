package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// Listing is the answer to LIST, as far as it could be parsed: no RFC says how it looks.
type Listing struct {
	// Entries are the files and directories, in the server's order.
	Entries []ftp.Entry
	// Other are the lines that are no entries, or none of a known form, in the server's order: "total 12" for instance.
	Other []string
}

// List lists a directory, or a file, "" for the working directory, by LIST (RFC 959 section 4.1.3): the forms of Unix, DOS and EPLF are known.
// [Client.Mlsd] tells the same without guesswork where a server has it.
func (c *Client) List(ctx context.Context, path string) (Listing, error) {
	var l Listing
	now := time.Now()
	err := c.linesOf(ctx, ftp.NewCommand("LIST", path), TransferOptions{Type: ftp.ASCII, listing: true}, func(line []byte) error {
		text := string(line)
		if e, err := ftp.ParseList(text, now); err == nil {
			l.Entries = append(l.Entries, e)
		} else {
			l.Other = append(l.Other, text)
		}
		return nil
	})
	if err != nil {
		return Listing{}, err
	}
	return l, nil
}

// ListLines returns the lines of LIST as they are. Path may hold options that the server knows, such as "-a".
func (c *Client) ListLines(ctx context.Context, path string) ([]string, error) {
	return c.names(ctx, ftp.NewCommand("LIST", path))
}

// Nlst returns the names in a directory, "" for the working directory, by NLST (RFC 959 section 4.1.3). Servers differ in whether they are
// prefixed with path; some refuse where there are none.
func (c *Client) Nlst(ctx context.Context, path string) ([]string, error) {
	return c.names(ctx, ftp.NewCommand("NLST", path))
}

func (c *Client) names(ctx context.Context, cmd ftp.Command) ([]string, error) {
	names := []string{}
	err := c.linesOf(ctx, cmd, TransferOptions{Type: ftp.ASCII, listing: true}, func(line []byte) error {
		names = append(names, string(line))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return names, nil
}

// Mlsd lists a directory, "" for the working directory, with facts (RFC 3659 section 7). The entries of the directory itself and of its parent, of
// types cdir and pdir, are among them if the server tells them.
func (c *Client) Mlsd(ctx context.Context, path string) ([]ftp.Entry, error) {
	entries := []ftp.Entry{}
	cmd := ftp.NewCommand("MLSD", path)
	err := c.linesOf(ctx, cmd, TransferOptions{implied: true}, func(line []byte) error {
		e, err := c.rules().ParseMLSx(line)
		if err == nil {
			entries = append(entries, e)
		}
		return err
	})
	if err != nil {
		return nil, c.b.Wrap(cmd.String(), err)
	}
	return entries, nil
}

// Mlst returns the facts of a file or directory, "" for the working directory (RFC 3659 section 7).
func (c *Client) Mlst(ctx context.Context, path string) (ftp.Entry, error) {
	cmd := ftp.NewCommand("MLST", path)
	reply, err := c.complete(ctx, cmd)
	if err != nil {
		return ftp.Entry{}, err
	}
	entries, err := c.rules().ParseMLST(c.as(reply, ftp.CodeFileActionOK))
	if err != nil {
		return ftp.Entry{}, c.b.Wrap(cmd.String(), err)
	}
	return entries[0], nil // of several, for a file of several types, the first
}

// Facts says which facts Mlst and Mlsd are to tell, and returns those that the server knows of them (OPTS MLST, RFC 3659 section 7.9). No names
// ask for none.
func (c *Client) Facts(ctx context.Context, names ...string) ([]string, error) {
	reply, err := c.Opts(ctx, "MLST", ftp.FormatFactNames(names))
	if err != nil {
		return nil, err
	}
	set, err := c.rules().ParseFactsSet(c.as(reply, ftp.CodeOK))
	return set, c.b.Wrap(reply.Command, err)
}

// StatPath lists a directory, or a file, over the control connection: STAT with a pathname (RFC 959 section 4.1.3).
func (c *Client) StatPath(ctx context.Context, path string) (Listing, error) {
	reply, err := c.path(ctx, "STAT", path, 2)
	if err != nil {
		return Listing{}, err
	}
	var l Listing
	now := time.Now()
	for i, line := range reply.Lines {
		if e, err := ftp.ParseList(line, now); err == nil && i > 0 && i < len(reply.Lines)-1 {
			l.Entries = append(l.Entries, e)
		} else {
			l.Other = append(l.Other, line)
		}
	}
	return l, nil
}

// ReadDir lists a directory, "" for the working directory, by MLSD if the server offers it and else by LIST, without the entries of the directory
// itself and of its parent, sorted by name. Names that are not those of a file in the directory, such as "../x", are refused with a
// [*NameError]. What LIST says in no known form is left out.
func (c *Client) ReadDir(ctx context.Context, path string) ([]ftp.Entry, error) {
	mlsd, err := c.has(ctx, "MLST")
	if err != nil {
		return nil, err
	}
	var all []ftp.Entry
	if mlsd {
		all, err = c.Mlsd(ctx, path)
	} else {
		all, err = c.listDir(ctx, path)
	}
	if err != nil {
		return nil, err
	}
	entries := []ftp.Entry{}
	for _, e := range all {
		if e.Type == ftp.CDirEntry || e.Type == ftp.PDirEntry || e.Name == "." || e.Name == ".." {
			continue
		}
		if i := strings.LastIndexByte(e.Name, '/'); mlsd && i >= 0 && strings.TrimRight(e.Name[:i], "/") == strings.TrimRight(path, "/") {
			e.Name = e.Name[i+1:] // RFC 3659 section 7.2 forbids the path, but there are servers that tell it
		}
		if strings.ContainsAny(e.Name, "/\x00\r\n") || e.Name == "" {
			return nil, c.b.Wrap("list "+path, &NameError{Name: e.Name, Why: "it is not the name of an entry in the directory"})
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b ftp.Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, nil
}

// listDir lists a directory by LIST. A name that a server could take for options or for a pattern is listed from within.
func (c *Client) listDir(ctx context.Context, path string) ([]ftp.Entry, error) {
	if path == "" || !strings.HasPrefix(path, "-") && !strings.ContainsAny(path, "*?[]{}~ ") {
		l, err := c.List(ctx, path)
		return l.Entries, err
	}
	was, err := c.Pwd(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.Cwd(ctx, path); err != nil {
		return nil, err
	}
	l, err := c.List(ctx, "")
	return l.Entries, errors.Join(err, c.Cwd(ctx, was))
}

// WalkFunc is called by [Client.Walk] for each file and directory, with its path. Err is what kept a directory from being listed; then the
// function is called a second time for it. It returns nil to go on, fs.SkipDir to pass over a directory (of a file: the rest of its directory),
// fs.SkipAll to end the walk, or an error to end it with.
type WalkFunc func(path string, e ftp.Entry, err error) error

// Walk goes through the tree below root, "" for the working directory, in the order of names, each directory before what is in it, root itself
// left out. Links are not followed. Limits.Depth bounds the depth.
func (c *Client) Walk(ctx context.Context, root string, f WalkFunc) error {
	entries, err := c.ReadDir(ctx, root)
	if err != nil {
		return err
	}
	err = c.walk(ctx, root, entries, 1, f)
	if err == fs.SkipAll || err == fs.SkipDir {
		return nil
	}
	return err
}

func (c *Client) walk(ctx context.Context, dir string, entries []ftp.Entry, depth int, f WalkFunc) error {
	for _, e := range entries {
		path := join(dir, e.Name)
		err := f(path, e, nil)
		if e.Type != ftp.DirEntry {
			if err == fs.SkipDir {
				return nil
			} else if err != nil {
				return err
			}
			continue
		}
		if err == fs.SkipDir {
			continue
		} else if err != nil {
			return err
		}
		var below []ftp.Entry
		if depth >= c.opts.Limits.Depth {
			err = c.b.Wrap("list "+path, &wire.LimitError{What: "nesting", Limit: int64(c.opts.Limits.Depth)})
		} else {
			below, err = c.ReadDir(ctx, path)
		}
		if err != nil {
			if err = f(path, e, err); err == fs.SkipDir {
				continue
			} else if err != nil {
				return err
			}
			if c.b.Broken() != nil {
				return fmt.Errorf("walk: %w", c.b.Broken())
			}
			continue
		}
		if err := c.walk(ctx, path, below, depth+1, f); err != nil {
			return err
		}
	}
	return nil
}

func join(dir, name string) string {
	switch {
	case dir == "":
		return name
	case strings.HasSuffix(dir, "/"):
		return dir + name
	}
	return dir + "/" + name
}
