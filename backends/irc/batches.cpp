#include "backends/irc/batches.hpp"

#include <algorithm>

namespace dragoman::backends::irc {

namespace {
constexpr std::size_t most_open = 32;
}

const Batches::Open* Batches::find(std::string_view reference) const {
  const auto found =
      std::find_if(open_.begin(), open_.end(), [reference](const Open& each) { return each.reference == reference; });
  return found == open_.end() ? nullptr : &*found;
}

void Batches::open(std::string_view reference, const Message& message) {
  if (open_.size() >= most_open || find(reference) != nullptr) return;
  open_.push_back({std::string{reference}, std::string{message.param(1)},
                   std::string{message.raw_tag("batch").value_or(std::string_view{})}, label_of(message).value_or(0)});
}

std::uint32_t Batches::label_around(const Message& message) const {
  if (open_.empty() || message.tags.empty()) return 0;
  const auto tag = message.raw_tag("batch");
  const Open* in = tag ? find(*tag) : nullptr;
  // What stands in a batch of another kind inside it (history, a message of several lines) is no answer by itself.
  return in != nullptr && in->type == "labeled-response" ? in->label : 0;
}

std::string Batches::close(std::string_view reference) {
  const Open* known = find(reference);
  if (known == nullptr) return {};
  std::string type = known->type;
  open_.erase(open_.begin() + (known - open_.data()));
  return type;
}

std::string_view Batches::enclosing(const Message& message, std::string_view type) const {
  if (open_.empty() || message.tags.empty()) return {};
  const auto tag = message.raw_tag("batch");
  const Open* in = tag ? find(*tag) : nullptr;
  // A batch that says to be part of itself, over whatever way, ends here.
  for (std::size_t depth = 0; in != nullptr && depth < most_open; ++depth) {
    if (in->type == type) return in->reference;
    in = in->parent.empty() ? nullptr : find(in->parent);
  }
  return {};
}

}  // namespace dragoman::backends::irc
