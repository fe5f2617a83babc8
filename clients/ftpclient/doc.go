// Package ftpclient is an FTP client.
package ftpclient
