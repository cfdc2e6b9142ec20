#include "backends/irc/known_isupport.hpp"

#include <utility>

namespace dragoman::backends::irc {

std::shared_ptr<const Isupport> IsupportBook::share(Isupport told) {
  constexpr std::size_t most = 8;
  std::erase_if(shared_, [](const auto& each) { return each.expired(); });
  for (const auto& each : shared_) {
    auto known = each.lock();
    if (*known == told) return known;
  }
  auto fresh = std::make_shared<const Isupport>(std::move(told));
  if (shared_.size() == most) shared_.erase(shared_.begin());
  shared_.push_back(fresh);
  return fresh;
}

bool KnownIsupport::apply(const Message& message, IsupportBook& book) {
  Isupport told = **this;
  const bool other_casemap = told.apply(message);
  told_ = book.share(std::move(told));
  return other_casemap;
}

const Isupport& KnownIsupport::nothing() {
  static const Isupport told;
  return told;
}

}  // namespace dragoman::backends::irc
