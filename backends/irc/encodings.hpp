#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/irc/casemap.hpp"
#include "backends/irc/charset.hpp"

namespace dragoman::backends::irc {

struct State;

/// What is said about the encodings of a network and of single channels: by the operator, or by one person for
/// themselves.
class Encodings {
 public:
  /// How lines are read that are no UTF-8, and how ours are written; nothing: not said.
  struct Choice {
    std::optional<Encoding> in, out;
  };

  Encodings() = default;
  /// Read and written in it everywhere.
  Encodings(Encoding both) : everywhere{both, both} {}

  Choice everywhere;
  /// Of a channel; as the network's casemapping compares names.
  const Choice* find(Casemap casemap, std::string_view channel) const;
  /// The choice for a channel, to be changed.
  Choice& of(Casemap casemap, std::string_view channel);
  /// What is said there counts before what is said here.
  void take(const Encodings& more);
  bool empty() const { return channels_.empty() && !everywhere.in && !everywhere.out; }

  /// The channels as text, to be kept; read_channels() takes it, and skips what it does not know.
  std::string write_channels() const;
  void read_channels(std::string_view text);

 private:
  std::vector<std::pair<std::string, Choice>> channels_;  // few: they are written by hand
};

/// How a channel's lines are read when they are no UTF-8; without a channel: those to ourselves and of the server. The
/// channel counts before the network, and what the person chose before what the operator did.
Encoding encoding_in(const State& state, std::string_view channel = {});
/// How we write there. UTF-8 where the server takes nothing else.
Encoding encoding_out(const State& state, std::string_view channel = {});
/// Text of a line that came from a channel, or from elsewhere.
std::string read_text(const State& state, std::string_view bytes, std::string_view channel = {});
/// A nickname: the same text for everybody, whatever a person chose.
std::string read_name(const State& state, std::string_view bytes);

}  // namespace dragoman::backends::irc
