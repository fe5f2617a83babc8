package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"harness/protocols/ftp"
	"harness/protocols/wire"
)

var errEmptyPath = errors.New("not sent: the pathname is empty")

// path makes a command with a pathname, which may not be empty: the command would mean something else.
func (c *Client) path(ctx context.Context, verb, name string, want int) (*ftp.Reply, error) {
	if name == "" {
		return nil, c.b.Wrap(verb, errEmptyPath)
	}
	return c.expect(ctx, ftp.NewCommand(verb, name), want)
}

func (c *Client) bare(ctx context.Context, verb string) (*ftp.Reply, error) {
	return c.complete(ctx, ftp.NewCommand(verb, ""))
}

// experimental repeats a command in the form that RFC 775 gave it, if a server does not know the other (RFC 1123 section 4.1.3.1).
func (c *Client) experimental(ctx context.Context, verb, older, path string) (*ftp.Reply, error) {
	reply, err := c.complete(ctx, ftp.NewCommand(verb, path))
	if err != nil && reply != nil && (reply.Code == ftp.CodeUnrecognized || reply.Code == ftp.CodeNotImplemented) {
		if again, err := c.complete(ctx, ftp.NewCommand(older, path)); err == nil || c.b.Broken() != nil {
			return again, err
		}
	}
	return reply, err
}

// Cwd changes the working directory (RFC 959 section 4.1.1).
func (c *Client) Cwd(ctx context.Context, path string) error {
	if path == "" {
		return c.b.Wrap("CWD", errEmptyPath)
	}
	_, err := c.experimental(ctx, "CWD", "XCWD", path)
	return err
}

// Cdup changes to the parent directory (RFC 959 section 4.1.1).
func (c *Client) Cdup(ctx context.Context) error {
	_, err := c.experimental(ctx, "CDUP", "XCUP", "")
	return err
}

// Pwd returns the working directory (RFC 959 section 4.1.3 and appendix II).
func (c *Client) Pwd(ctx context.Context) (string, error) {
	reply, err := c.experimental(ctx, "PWD", "XPWD", "")
	if err != nil {
		return "", err
	}
	path, err := c.rules().ParsePathReply(c.as(reply, ftp.CodePathname))
	return path, c.b.Wrap("PWD", err)
}

// Smnt mounts another file system (RFC 959 section 4.1.1).
func (c *Client) Smnt(ctx context.Context, path string) error {
	_, err := c.path(ctx, "SMNT", path, 2)
	return err
}

// Mkd makes a directory and returns its name as the server tells it, which is absolute (RFC 959 appendix II); the one asked for if the reply has none.
func (c *Client) Mkd(ctx context.Context, path string) (string, error) {
	if path == "" {
		return "", c.b.Wrap("MKD", errEmptyPath)
	}
	reply, err := c.experimental(ctx, "MKD", "XMKD", path)
	if err != nil {
		return "", err
	}
	made, err := c.rules().ParsePathReply(c.as(reply, ftp.CodePathname))
	var wrong *wire.SyntaxError
	if errors.As(err, &wrong) && c.b.Forgive(wrong) == nil {
		return path, nil
	}
	return made, c.b.Wrap(reply.Command, err)
}

// Rmd removes a directory (RFC 959 section 4.1.3).
func (c *Client) Rmd(ctx context.Context, path string) error {
	if path == "" {
		return c.b.Wrap("RMD", errEmptyPath)
	}
	_, err := c.experimental(ctx, "RMD", "XRMD", path)
	return err
}

// Dele deletes a file (RFC 959 section 4.1.3).
func (c *Client) Dele(ctx context.Context, path string) error {
	_, err := c.path(ctx, "DELE", path, 2)
	return err
}

// Rename renames a file or directory: RNFR and RNTO.
func (c *Client) Rename(ctx context.Context, from, to string) error {
	if to == "" { // before anything is sent
		return c.b.Wrap("RNTO", errors.New("not sent: the pathname is empty"))
	}
	if err := wire.CheckArgument("RNTO", to); err != nil {
		return c.b.Wrap("RNTO", err)
	}
	if err := c.Rnfr(ctx, from); err != nil {
		return err
	}
	return c.Rnto(ctx, to)
}

// Rnfr names the file that the next command, Rnto, renames (RFC 959 section 4.1.3).
func (c *Client) Rnfr(ctx context.Context, path string) error {
	_, err := c.path(ctx, "RNFR", path, 3)
	return err
}

// Rnto gives the new name for the file that Rnfr named.
func (c *Client) Rnto(ctx context.Context, path string) error {
	_, err := c.path(ctx, "RNTO", path, 2)
	return err
}

// Allo has the server make room for a file of size octets, before a Stor or Appe (RFC 959 section 4.1.3). Record is the size of the largest
// record, 0 for none.
func (c *Client) Allo(ctx context.Context, size, record int64) error {
	arg := strconv.FormatInt(size, 10)
	if record > 0 {
		arg += " R " + strconv.FormatInt(record, 10)
	}
	_, err := c.complete(ctx, ftp.NewCommand("ALLO", arg))
	return err
}

// Rest sets the marker at which the next transfer begins (RFC 959 section 4.1.3): in stream mode the offset in octets (RFC 3659 section 5), in the
// other modes a restart marker. As it has to be the last command before the transfer command, the transfer sends it once more where it sends
// others before. [TransferOptions] do the same in one step.
func (c *Client) Rest(ctx context.Context, marker string) error {
	_, err := c.expect(ctx, ftp.NewCommand("REST", marker), 3)
	if err == nil {
		c.marker, c.restSet = marker, true
	}
	return err
}

// Site sends a command of the server's own, such as "UMASK 022" (RFC 959 section 4.1.3).
func (c *Client) Site(ctx context.Context, text string) (*ftp.Reply, error) {
	return c.complete(ctx, ftp.NewCommand("SITE", text))
}

// Chmod sets the permissions of a file: SITE CHMOD, which is in no RFC. Mode is 0 to 07777.
func (c *Client) Chmod(ctx context.Context, path string, mode uint32) error {
	if mode > 0o7777 {
		return c.b.Wrap("SITE CHMOD", fmt.Errorf("not sent: the mode %o is out of range", mode))
	}
	_, err := c.Site(ctx, fmt.Sprintf("CHMOD %03o %s", mode, path))
	return err
}

// Syst returns the server's system (RFC 959 section 4.1.3), such as "UNIX Type: L8".
func (c *Client) Syst(ctx context.Context) (string, error) {
	reply, err := c.bare(ctx, "SYST")
	if err != nil {
		return "", err
	}
	return reply.Text(), nil
}

// Stat returns the server's status (RFC 959 section 4.1.3). During a transfer, use the transfer's Stat.
func (c *Client) Stat(ctx context.Context) (*ftp.Reply, error) { return c.bare(ctx, "STAT") }

// Help returns the server's help, on a command or, with "", in general (RFC 959 section 4.1.3).
func (c *Client) Help(ctx context.Context, command string) (*ftp.Reply, error) {
	return c.complete(ctx, ftp.NewCommand("HELP", command))
}

// Noop does nothing but keep the server from closing the connection.
func (c *Client) Noop(ctx context.Context) error {
	_, err := c.bare(ctx, "NOOP")
	return err
}

// Command sends a command of any kind that makes no transfer, and returns the reply; a refusal is an error.
func (c *Client) Command(ctx context.Context, cmd ftp.Command) (*ftp.Reply, error) {
	return c.answer(ctx, cmd)
}

// Type sets the representation type (RFC 959 section 4.1.2), of the server now and of the transfers that follow.
func (c *Client) Type(ctx context.Context, t ftp.Type) error {
	if _, err := c.complete(ctx, ftp.NewCommand("TYPE", t.String())); err != nil {
		return err
	}
	c.now.Type, c.wanted = t, t
	return nil
}

// useType sends TYPE if the server has another.
func (c *Client) useType(ctx context.Context, t ftp.Type) error {
	if t == (ftp.Type{}) {
		t = c.wanted
	}
	if c.now.Type == t {
		return nil
	}
	_, err := c.complete(ctx, ftp.NewCommand("TYPE", t.String()))
	if err == nil {
		c.now.Type = t
	}
	return err
}

// Stru sets the file structure (RFC 959 section 4.1.2). The default is [ftp.FileStructure].
func (c *Client) Stru(ctx context.Context, s ftp.Structure) error {
	_, err := c.complete(ctx, ftp.NewCommand("STRU", string(rune(s))))
	if err == nil {
		c.now.Structure = s
	}
	return err
}

// Mode sets the transmission mode (RFC 959 section 4.1.2). The default is [ftp.StreamMode].
func (c *Client) Mode(ctx context.Context, m ftp.Mode) error {
	_, err := c.complete(ctx, ftp.NewCommand("MODE", string(rune(m))))
	if err == nil {
		c.dropData()
		c.now.Mode = m
	}
	return err
}

// Size returns the size of a file in octets as it would be transferred with the chosen type, Image at first (RFC 3659 section 4).
func (c *Client) Size(ctx context.Context, path string) (int64, error) {
	if err := c.ready("SIZE"); err != nil {
		return 0, err
	}
	if err := c.useType(ctx, ftp.Type{}); err != nil {
		return 0, err
	}
	reply, err := c.path(ctx, "SIZE", path, 2)
	if err != nil {
		return 0, err
	}
	n, err := c.rules().ParseSize(c.as(reply, ftp.CodeFileStatus))
	return n, c.b.Wrap(reply.Command, err)
}

// Mdtm returns the time at which a file was modified last, in UTC (RFC 3659 section 3).
func (c *Client) Mdtm(ctx context.Context, path string) (time.Time, error) {
	reply, err := c.path(ctx, "MDTM", path, 2)
	if err != nil {
		return time.Time{}, err
	}
	t, err := c.rules().ParseMDTM(c.as(reply, ftp.CodeFileStatus))
	return t, c.b.Wrap(reply.Command, err)
}

// Mfmt sets the time at which a file was modified last, to the second (draft-somers-ftp-mfxx, in no RFC).
func (c *Client) Mfmt(ctx context.Context, path string, t time.Time) error {
	_, err := c.complete(ctx, ftp.NewCommand("MFMT", ftp.FormatTime(t.UTC().Truncate(time.Second))+" "+path))
	return err
}

// Abor tells the server to abort the transfer that is open, as its Abort does. With none open, ABOR is sent all the same: it closes
// a data connection that was left open (RFC 959 section 4.1.3).
func (c *Client) Abor(ctx context.Context) error {
	if t := c.open; t != nil {
		return t.Abort(ctx)
	}
	_, err := c.bare(ctx, "ABOR")
	c.dropData()
	return err
}
