// Package ftpclient is an FTP client: RFC 959 whole, as RFC 1123 section 4.1 amends it, features (RFC 2389), IPv6 (RFC 2428), pathnames in UTF-8 and
// languages (RFC 2640), sizes, times, restarts and listings for programs (RFC 3659), TLS on both connections (RFC 2228, RFC 4217) and implicit
// TLS, virtual hosts (RFC 7151), and MFMT, SITE CHMOD and MODE Z, which are in no RFC.
//
//	c, err := ftpclient.Dial(ctx, "127.0.0.1:2121", nil)
//	if err != nil {
//		return err
//	}
//	defer c.Quit(ctx)
//	if err := c.Login(ctx, "anna", "secret"); err != nil {
//		return err
//	}
//	n, err := c.RetrTo(ctx, "readme.txt", os.Stdout, nil)
//
// Each call that can block takes a context first; its deadline is the sooner of the context's and that of [Options], and cancelling the
// context unblocks it. A [Client] is for one goroutine at a time; only Close may be called from another.
//
// # Levels
//
// The methods named by the protocol's verbs send one command, read its reply and return typed results. They refuse arguments that would not stay one
// command. Above them are Login, Get, GetTree, Put, ReadDir and Walk, which take several.
// Below is a raw level for those who must say it wrong: Send, SendUrgent, SendLine, Raw, ReadReply, ReadLine, ExpectQuiet, ExpectClose, StartTLS
// and OpenData. It checks nothing, keeps no state but that the type is not known any more, and goes on after replies that could not be parsed.
//
// # Errors
//
// Each error is an [*Error], which says address and command. A refusal is a [*ftp.Reply] within it, a departure from the grammar a
// [*wire.SyntaxError], a passed limit a [*wire.LimitError]; all by errors.As. Errors of the transport are wrapped. After an error of the control
// connection, or a reply that could not be parsed as one, the two ends no longer agree on what comes next: the client is broken, and every further
// call fails at once with the first error. A refusal does not break it. A 421 is a refusal like others (RFC 1123 section 4.1.2.11); it
// is in the error of what finds the connection closed then.
//
// Unless [Options] say Strict, what can be understood is accepted; [Client.Forgiven] tells what was wrong with it.
//
// # Transfers
//
// Retr and StorWriter return streams, a [Reader] and a [Writer]: memory does not depend on a file's size. Octets pass as they are, in TYPE I, unless
// Type or [TransferOptions] say otherwise; text is converted only where TransferOptions.Text asks for it. A Reader says io.EOF if the data is
// whole and the server's final reply is positive, and not before. TYPE is sent only if the server has another. While a transfer is open, other
// commands fail with [ErrTransferOpen].
//
// A transfer that is closed before its end, whose context is done, or whose data connection fails, is brought to its end by ABOR and the replies
// that follow, for at most Timeouts.Abort. Where that goes well the client is usable again, otherwise it is broken. A read or write that is
// cancelled returns at once; Close does the rest.
//
// During a transfer the control connection is listened to as well: a server that gives up is noticed though the data connection stays.
//
// # Safety
//
//   - Of the address that PASV announces only the port is used; the host is the control connection's, unless Options.DataHosts name others. In active
//     mode, connections from elsewhere are closed. A wide prefix in DataHosts never reaches loopback and link-local addresses.
//   - Under TLS, data is protected too (PROT P) unless ClearData says otherwise, and a server that refuses makes transfers fail. The certificate of a
//     data connection has to be the control connection's. Data that ends without TLS's close_notify is an error, [ErrTruncated].
//   - RequireTLS sends no user, password and account, and transfers no data, in the clear. What a server says in the clear before a handshake is refused.
//   - CR, LF and NUL pass into no command.
//   - Names from the server leave no directory: Get, GetTree and [CheckName].
//   - There are limits for lines, replies, listings, files and the depth of trees.
//
// # For those who know Python's ftplib
//
//	FTP(host, user, passwd, ...)     Dial and Login
//	  timeout, source_address        Options.Timeouts, Options.Dial
//	  encoding                       pathnames are octets as they are
//	FTP_TLS(host, ..., context)      Dial, AuthTLS and Login with Options.TLS; DialTLS for implicit TLS
//	connect(host, port)              Dial
//	getwelcome()                     Greeting
//	set_debuglevel(level)            Options.Tap
//	login(user, passwd, acct)        Login, LoginAccount
//	sendcmd(cmd)                     Command, Raw
//	voidcmd(cmd)                     Command; its reply is 2yz if Completed says so
//	sendport(host, port)             Port
//	sendeprt(host, port)             Eprt
//	makeport()                       OpenData with SetActive(true)
//	makepasv()                       Epsv, Pasv; OpenData connects too
//	trust_server_pasv_ipv4_address   Options.DataHosts
//	set_pasv(val)                    SetActive(!val), Options.Active
//	transfercmd(cmd, rest)           Retrieve, Store; OpenData
//	ntransfercmd(cmd, rest)          Retrieve, Store; their Size
//	retrbinary(cmd, callback, ...)   Retr, RetrTo, RetrBytes
//	  blocksize                      the slice that Reader.Read is given
//	  rest                           TransferOptions.Offset
//	retrlines(cmd, callback)         RetrLines, ListLines
//	storbinary(cmd, fp, ...)         Stor, Appe, StorWriter
//	  callback                       TransferOptions.Progress
//	  rest                           TransferOptions.Offset
//	storlines(cmd, fp, callback)     Stor with TransferOptions{Type: ftp.ASCII, Text: true}
//	abort()                          Abor, and Abort of Reader and Writer
//	acct(password)                   Acct
//	nlst(...)                        Nlst
//	dir(..., callback)               ListLines, List
//	mlsd(path, facts)                Mlsd, with Facts(facts...) before
//	rename(fromname, toname)         Rename
//	delete(filename)                 Dele
//	cwd(dirname)                     Cwd, Cdup
//	size(filename)                   Size
//	mkd(dirname)                     Mkd
//	rmd(dirname)                     Rmd
//	pwd()                            Pwd
//	quit()                           Quit
//	close()                          Close
//	auth()                           AuthTLS
//	ccc()                            Ccc
//	prot_p()                         ProtP
//	prot_c()                         ProtC
//	error_reply, error_temp, ...     UnexpectedReplyError; *ftp.Reply with Transient, Permanent
//	error_proto                      *wire.SyntaxError
//
// ftplib logs out and in again by hand what Rein does here. Beyond it there are the other commands of the RFCs, restart markers, records, MODE B, C
// and Z, resumed transfers by Get and Put, Walk, and the raw level.
package ftpclient
