package peers

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"harness/fixtures"
)

const (
	baseImage    = "debian:bookworm-slim"
	pullTimeout  = time.Minute
	buildTimeout = 10 * time.Minute
)

// ensureImage returns the tag of the image that is made from containers/name and containers/common, which it builds if it
// is not there. Several processes may ask for one image at the same time: one of them builds it.
func ensureImage(ctx context.Context, provider *testcontainers.DockerProvider, name string) (string, error) {
	archive, err := buildContext(fixtures.FS(), name)
	if err != nil {
		return "", fmt.Errorf("peers: reading the files of image %s: %w", name, err)
	}
	digest := sha256.Sum256(archive)
	repo, tag := "harness-"+name, hex.EncodeToString(digest[:6])
	image := repo + ":" + tag
	if there, err := haveImage(ctx, provider, image); there || err != nil {
		return image, err
	}

	unlock, err := lock(ctx, "image-"+name)
	if err != nil {
		return "", fmt.Errorf("peers: waiting for another process to build image %s: %w", image, err)
	}
	defer unlock()
	if there, err := haveImage(ctx, provider, image); there || err != nil {
		return image, err
	}
	if err := ensureBase(ctx, provider); err != nil {
		return "", err
	}

	ctx, cancel := context.WithTimeout(ctx, buildTimeout)
	defer cancel()
	var output bytes.Buffer
	_, err = provider.BuildImage(ctx, &testcontainers.ContainerRequest{FromDockerfile: testcontainers.FromDockerfile{
		ContextArchive: bytes.NewReader(archive),
		Dockerfile:     path.Join(name, "Dockerfile"),
		Repo:           repo,
		Tag:            tag,
		KeepImage:      true,
		BuildLogWriter: &output,
		BuildOptionsModifier: func(o *client.ImageBuildOptions) {
			o.Labels = map[string]string{Label: name}
		},
	}})
	if err != nil {
		return "", fmt.Errorf("peers: building image %s: %w; its output ends with:\n%s", image, err, tail(output.String(), 20))
	}
	return image, nil
}

func haveImage(ctx context.Context, provider *testcontainers.DockerProvider, image string) (bool, error) {
	_, err := provider.Client().ImageInspect(ctx, image)
	switch {
	case err == nil:
		return true, nil
	case errdefs.IsNotFound(err):
		return false, nil
	default:
		return false, fmt.Errorf("peers: looking for image %s: %w", image, err)
	}
}

func ensureBase(ctx context.Context, provider *testcontainers.DockerProvider) error {
	there, err := haveImage(ctx, provider, baseImage)
	if there || err != nil {
		return err
	}
	pullCtx, cancel := context.WithTimeout(ctx, pullTimeout)
	defer cancel()
	if err := pull(pullCtx, provider.Client(), baseImage); err != nil {
		return fmt.Errorf("peers: image %s is missing and cannot be pulled (%w): run \"make base-image\"", baseImage, err)
	}
	return nil
}

// buildContext returns a tar archive of containers/common and containers/name. Equal files give equal archives, whether
// they come from a disk or are embedded.
func buildContext(fsys fs.FS, name string) ([]byte, error) {
	containers, err := fs.Sub(fsys, "containers")
	if err != nil {
		return nil, err
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, folder := range []string{"common", name} {
		// WalkDir goes in lexical order.
		err := fs.WalkDir(containers, folder, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := fs.ReadFile(containers, file)
			if err != nil {
				return err
			}
			return addFile(w, file, 0o644, data)
		})
		if err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return archive.Bytes(), nil
}

// addFile writes one regular file of root's, dated 1 January 2000.
func addFile(w *tar.Writer, name string, mode int64, data []byte) error {
	header := &tar.Header{Name: name, Mode: mode, Size: int64(len(data)), Typeflag: tar.TypeReg, ModTime: time.Unix(946684800, 0)}
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	_, err := w.Write(data)
	return err
}

// lock takes a lock that all processes of this user share. It waits for it until ctx ends.
func lock(ctx context.Context, name string) (unlock func(), err error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	dir = filepath.Join(dir, "harness")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(dir, name+".lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := tryLock(file)
		if ok {
			return func() { file.Close() }, nil // closing it unlocks it
		}
		if err != nil {
			file.Close()
			return nil, fmt.Errorf("locking %s: %w", file.Name(), err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			file.Close()
			return nil, fmt.Errorf("locking %s: %w", file.Name(), ctx.Err())
		}
	}
}

// tail returns the last n lines of a text.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
