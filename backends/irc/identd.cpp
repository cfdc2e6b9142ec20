#include "backends/irc/identd.hpp"

#include "base/log.hpp"
#include "net/ident.hpp"

namespace dragoman::backends::irc {

void Identd::listen(const std::optional<net::Endpoint>& place) {
  if (place == place_) return;
  close();
  if (!place) return;
  const auto listening = services_.loop.idents().listen(*place);
  if (listening) {
    place_ = place;
    return;
  }
  // People get in all the same, with a "~" before their ident.
  const std::string &network = network_, &reason = listening.error().text;
  LOG_ERROR("identd does not answer", network, reason);
}

void Identd::close() {
  if (place_) services_.loop.idents().close(*place_, graveyard_);
  place_.reset();
}

}  // namespace dragoman::backends::irc
