// What the routes for contact lists, workflows and trunks have in common.
#pragma once

#include "http/render.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ringmaster::http {

/// A page of one kind, by the query's cursor and limit.
template <class Fetch, class Render>
[[nodiscard]] outgoing list_page(const incoming& request, Fetch fetch, Render item) {
  faults wrong;
  query_reader query{request, wrong};
  auto limit = query.limit();
  auto cursor = query.cursor();
  query.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  return as_json(200, page_json(fetch(cursor, limit), item));
}

/// What is wrong with a query that takes no parameters.
[[nodiscard]] std::optional<outgoing> unwanted_query(const incoming& request);

/// Answers a command on the catalogue once it is on disk.
[[nodiscard]] on_answer then_answer(
  const incoming& request,
  const services& with,
  reply answer,
  std::string what,
  std::function<outgoing(std::uint64_t)> done);

[[nodiscard]] outgoing created(ordered body, const std::string& collection, std::uint64_t position);

} // namespace ringmaster::http
