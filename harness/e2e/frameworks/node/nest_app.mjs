// SPDX-License-Identifier: MIT
// NestJS's @Sse() with an Observable, as its documentation has it.  The
// decorators are applied by hand, since Node knows none.
import "reflect-metadata";
import { Controller, Module, Sse } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { interval, map } from "rxjs";
import { host, told } from "./listen.mjs";

class AppController {
  events() {
    return interval(100).pipe(map((number) => ({ data: { hello: number } })));
  }
}
Controller()(AppController);
Sse("events")(
  AppController.prototype,
  "events",
  Object.getOwnPropertyDescriptor(AppController.prototype, "events"),
);

class AppModule {}
Module({ controllers: [AppController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: ["error"] });
await app.listen(0, host);
told(app.getHttpServer());
