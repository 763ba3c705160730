// SPDX-License-Identifier: MIT

// One event stream with each library, as its documentation has it; the
// argument says which.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"
	r3labs "github.com/r3labs/sse/v2"
	tmaxmax "github.com/tmaxmax/go-sse"
)

const interval = 100 * time.Millisecond

// ticks calls send with 1, 2, 3, ... without end.
func ticks(send func(number int)) {
	for number := 1; ; number++ {
		send(number)
		time.Sleep(interval)
	}
}

func r3labsHandler() http.Handler {
	server := r3labs.New()
	server.CreateStream("messages")
	go ticks(func(number int) {
		server.Publish("messages", &r3labs.Event{
			Data: []byte(fmt.Sprintf("ping %d", number)),
		})
	})
	return server
}

func tmaxmaxHandler() http.Handler {
	server := &tmaxmax.Server{}
	go ticks(func(number int) {
		m := &tmaxmax.Message{}
		m.AppendData(fmt.Sprintf("ping %d", number))
		_ = server.Publish(m)
	})
	return server
}

func ginHandler() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.GET("/events", func(c *gin.Context) {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		c.Stream(func(w io.Writer) bool {
			select {
			case <-c.Request.Context().Done():
				return false
			case t := <-ticker.C:
				c.SSEvent("message", t.Format(time.RFC3339Nano))
				return true
			}
		})
	})
	return router
}

func main() {
	handler := map[string]func() http.Handler{
		"r3labs": r3labsHandler, "tmaxmax": tmaxmaxHandler, "gin": ginHandler,
	}[os.Args[1]]()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, handler))
}
