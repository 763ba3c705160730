// SPDX-License-Identifier: MIT

//! axum's Sse with its keep-alive, as its documentation has it.

use std::{convert::Infallible, time::Duration};

use async_stream::stream;
use axum::{
    response::sse::{Event, KeepAlive, Sse},
    routing::get,
    Router,
};

const INTERVAL: Duration = Duration::from_millis(100);

async fn events() -> Sse<impl futures_core::Stream<Item = Result<Event, Infallible>>> {
    let events = stream! {
        for number in 1u64.. {
            yield Ok(Event::default().data(format!("hi {number}!")));
            tokio::time::sleep(INTERVAL).await;
        }
    };
    Sse::new(events).keep_alive(KeepAlive::default())
}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/events", get(events));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("listening on http://{}", listener.local_addr().unwrap());
    axum::serve(listener, app).await.unwrap();
}
