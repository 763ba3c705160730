// SPDX-License-Identifier: MIT

package frameworks;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import reactor.core.publisher.Flux;

/** Spring's two ways to serve events; the argument says which: MVC's
 * SseEmitter on Tomcat, or WebFlux's Flux on Netty. */
@SpringBootApplication
public class App {
  static final long INTERVAL_MS = 100;

  @RestController
  @Profile("mvc")
  static class Mvc {
    private final ScheduledExecutorService scheduler =
        Executors.newScheduledThreadPool(2);

    @GetMapping("/events")
    SseEmitter events() {
      SseEmitter emitter = new SseEmitter(0L);
      AtomicLong number = new AtomicLong();
      ScheduledFuture<?> task = scheduler.scheduleAtFixedRate(() -> {
        try {
          emitter.send(SseEmitter.event().name("tick").data(
              number.incrementAndGet()));
        } catch (IOException | IllegalStateException e) {
          emitter.completeWithError(e);
        }
      }, 0, INTERVAL_MS, TimeUnit.MILLISECONDS);
      emitter.onCompletion(() -> task.cancel(true));
      return emitter;
    }
  }

  @RestController
  @Profile("webflux")
  static class WebFlux {
    /** Tomcat, which MVC brings, would serve it too. */
    @Bean
    NettyReactiveWebServerFactory netty() {
      return new NettyReactiveWebServerFactory();
    }

    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> events() {
      // Without a strategy one reader that is slow for an instant is cut off.
      return Flux.interval(Duration.ofMillis(INTERVAL_MS))
          .onBackpressureDrop()
          .map(number -> ServerSentEvent.<String>builder()
                             .id(String.valueOf(number))
                             .event("tick")
                             .data("SSE " + number)
                             .build());
    }
  }

  @EventListener
  void tell(WebServerInitializedEvent event) {
    System.out.println("listening on http://127.0.0.1:"
        + event.getWebServer().getPort());
  }

  public static void main(String[] args) {
    WebApplicationType type = args[0].equals("mvc")
        ? WebApplicationType.SERVLET : WebApplicationType.REACTIVE;
    new SpringApplicationBuilder(App.class).web(type).profiles(args[0])
        .properties("server.port=0", "server.address=127.0.0.1",
                    "spring.main.banner-mode=off")
        .run();
  }
}
