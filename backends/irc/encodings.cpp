#include "backends/irc/encodings.hpp"

#include <algorithm>

#include "backends/irc/state.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using Member = std::optional<Encoding> Encodings::Choice::*;

std::optional<Encoding> chosen(const State& state, std::string_view channel, Member member) {
  const Casemap casemap = state.link.isupport->casemap;
  for (const Encodings* who : {&state.login.encodings, &state.shared.encodings}) {
    const Encodings::Choice* choice = channel.empty() ? nullptr : who->find(casemap, channel);
    if (choice != nullptr && choice->*member) return choice->*member;
  }
  for (const Encodings* who : {&state.login.encodings, &state.shared.encodings}) {
    if (who->everywhere.*member) return who->everywhere.*member;
  }
  return std::nullopt;
}

}  // namespace

const Encodings::Choice* Encodings::find(Casemap casemap, std::string_view channel) const {
  for (const auto& [name, choice] : channels_) {
    if (same(casemap, name, channel)) return &choice;
  }
  return nullptr;
}

Encodings::Choice& Encodings::of(Casemap casemap, std::string_view channel) {
  for (auto& [name, choice] : channels_) {
    if (same(casemap, name, channel)) return choice;
  }
  channels_.emplace_back(channel, Choice{});
  return channels_.back().second;
}

void Encodings::take(const Encodings& more) {
  const auto prefer = [](Choice& here, const Choice& there) {
    if (there.in) here.in = there.in;
    if (there.out) here.out = there.out;
  };
  prefer(everywhere, more.everywhere);
  for (const auto& [name, choice] : more.channels_) prefer(of(Casemap::rfc1459, name), choice);
}

std::string Encodings::write_channels() const {
  std::string text;
  for (const auto& [name, choice] : channels_) {
    if (choice.in) text += "in " + std::string{name_of(*choice.in)} + ' ' + name + '\n';
    if (choice.out) text += "out " + std::string{name_of(*choice.out)} + ' ' + name + '\n';
  }
  return text;
}

void Encodings::read_channels(std::string_view text) {
  for (const std::string_view line : text::split(text, '\n')) {
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) continue;
    const auto encoding = find_encoding(line.substr(first + 1, second - first - 1));
    if (!encoding) continue;
    Choice& choice = of(Casemap::ascii, line.substr(second + 1));
    (line.substr(0, first) == "in" ? choice.in : choice.out) = encoding;
  }
}

Encoding encoding_in(const State& state, std::string_view channel) {
  return chosen(state, channel, &Encodings::Choice::in).value_or(Encoding::utf_8);
}

Encoding encoding_out(const State& state, std::string_view channel) {
  if (state.link.isupport->utf8_only) return Encoding::utf_8;
  return chosen(state, channel, &Encodings::Choice::out).value_or(Encoding::utf_8);
}

std::string read_text(const State& state, std::string_view bytes, std::string_view channel) {
  return decode_text(bytes, encoding_in(state, channel));
}

std::string read_name(const State& state, std::string_view bytes) { return decode_text(bytes, state.link.names_in); }

}  // namespace dragoman::backends::irc
