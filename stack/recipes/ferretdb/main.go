// FerretDB speaks MongoDB's wire protocol over SQLite files. The stock command needs a version.txt that its
// module does not carry, so this one embeds the package instead.
package main

import (
	"context"
	"flag"
	"log/slog"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:27017", "address to listen on")
	data := flag.String("data", ".", "directory of the SQLite files; it has to exist")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// One line for every connection and command otherwise.
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: *listen},
		Logger:    logger,
		Handler:   "sqlite",
		SQLiteURL: "file:" + (&url.URL{Path: *data}).EscapedPath() + "/",
	})
	if err == nil {
		err = server.Run(ctx)
	}
	if err != nil {
		logger.Error("ferretdb stopped", "error", err)
		os.Exit(1)
	}
}
