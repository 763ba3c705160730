// SPDX-License-Identifier: MIT
// A query, a subscription that ends and one that does not.
import { setTimeout } from "node:timers/promises";
import {
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from "graphql";

async function* count(name, from, to) {
  for (let number = from; number !== to; number += Math.sign(to - from)) {
    yield { [name]: number };
    await setTimeout(100);
  }
}

export const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: "Query",
    fields: { hello: { type: GraphQLString, resolve: () => "world" } },
  }),
  subscription: new GraphQLObjectType({
    name: "Subscription",
    fields: {
      countdown: {
        type: GraphQLInt,
        args: { from: { type: new GraphQLNonNull(GraphQLInt) } },
        subscribe: (_, { from }) => count("countdown", from, -1),
      },
      ticks: {
        type: GraphQLInt,
        subscribe: () => count("ticks", 1, Infinity),
      },
    },
  }),
});
