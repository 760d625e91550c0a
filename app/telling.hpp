// Whom we tell and whom we ask over HTTP: webhooks and pre-dial hooks.
#pragma once

#include "actors/engine.hpp"
#include "app/clock.hpp"
#include "app/stores.hpp"
#include "app/worker.hpp"
#include "http/services.hpp"
#include "http_client/client.hpp"
#include "webhooks/courier.hpp"

#include <memory>
#include <optional>

namespace ringmaster::app {

/// A server's webhooks. Made before the engine, which stirs it, and begun once the
/// engine is there, which it asks to disable a webhook that is gone.
class telling {
public:
  /// `private_addresses`: URLs may lead into our own network.
  telling(const engine_clock& clock, stores& of, bool private_addresses);

  /// What the engine asks pre-dial hooks with; ends with the engine.
  [[nodiscard]] decltype(actors::engine::parts::ask_hook) hook_asker() const;
  /// The views hold more than before.
  void stir() { courier_.stir(); }

  /// All must outlive `stop`.
  void begin(actors::engine& engine);
  void wire(http::services& to, actors::engine& engine, worker& on);

  /// Tells nobody any more. Before the engine goes.
  void stop();

private:
  [[nodiscard]] webhooks::deliveries::ports ports(const engine_clock& clock);
  void disable(const projections::webhook_view& what, std::string why);
  void wire_commands(http::services& to, actors::engine& engine, worker& on);

  stores& stores_;
  const bool private_addresses_;
  actors::engine* engine_ = nullptr;
  projections::library views_;
  std::unique_ptr<http_client::client> client_;
  webhooks::courier courier_;
};

} // namespace ringmaster::app
