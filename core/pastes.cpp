#include "pastes.hpp"

namespace dragoman {

namespace {

media::PasteStore::Limits limits_of(const MediaEntry& media) {
  media::PasteStore::Limits limits;
  // A link that holds for ever leads to something that does not: disks end.
  limits.lifetime = media.link_lifetime.value_or(std::chrono::days{365});
  return limits;
}

}  // namespace

// No network has this for a domain: it has no dot, and could not be reached.
Pastes::Pastes(net::Loop& loop, store::Store& store, net::HttpServer& server, const HttpEntry& http,
               const MediaEntry& media, const std::string& key)
    : links_(loop.clock(), {http.public_url, "pastes", key, media.link_lifetime}),
      store_(store, loop.timers(), links_, limits_of(media)),
      proxy_(loop.clock(), links_, {}) {
  static_cast<void>(server.add(proxy_.route()));  // the path is ours alone
}

}  // namespace dragoman
