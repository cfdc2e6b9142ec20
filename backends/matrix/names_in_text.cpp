#include "backends/matrix/names_in_text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/handlers.hpp"

namespace dragoman::backends::matrix {

namespace {

using SpanKind = chat::Span::Kind;

constexpr std::size_t most_marked = 50;

/// Letters of other scripts have bytes above 127.
bool is_in_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 128 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
         byte == '_';
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  return (begin == 0 || !is_in_word(text[begin - 1])) && (end == text.size() || !is_in_word(text[end]));
}

/// Where a mention would lie on another one, or in code.
bool is_taken(const chat::Content& content, std::size_t begin, std::size_t end) {
  return std::any_of(content.spans.begin(), content.spans.end(), [&](const chat::Span& span) {
    const bool excludes = span.kind == SpanKind::mention || span.kind == SpanKind::code ||
                          span.kind == SpanKind::code_block || span.kind == SpanKind::link;
    return excludes && span.begin < end && begin < span.end;
  });
}

struct Named {
  std::string_view name;
  std::string user;
};

void mark(std::vector<Named> named, chat::Content& content) {
  // "Ann Lee" before "Ann".
  std::stable_sort(named.begin(), named.end(),
                   [](const Named& a, const Named& b) { return a.name.size() > b.name.size(); });
  std::size_t marked = 0;
  for (const Named& each : named) {
    for (std::size_t at = content.text.find(each.name); at != std::string::npos && marked < most_marked;
         at = content.text.find(each.name, at + 1)) {
      const std::size_t end = at + each.name.size();
      if (!stands_alone(content.text, at, end) || is_taken(content, at, end)) continue;
      content.spans.push_back({SpanKind::mention, at, end, each.user});
      ++marked;
    }
  }
}

}  // namespace

void mark_names(const Room& room, const std::string& self, chat::Content& content) {
  std::vector<Named> named;
  for (const auto& [user, member] : room.roster().members()) {
    if (member.membership != Member::Membership::joined || user == self) continue;
    // Who is shown is called as the owner sees it.
    const auto shown = room.shown.find(user);
    const std::string_view nickname = shown == room.shown.end() ? member.nickname : shown->second.text();
    if (nickname.size() > 1 && content.text.find(nickname) != std::string::npos) named.push_back({nickname, user});
  }
  mark(std::move(named), content);
}

void mark_mentioned(const Room& room, const std::vector<std::string>& users, chat::Content& content) {
  const std::vector<std::string> linked = mentioned_in(content);
  std::vector<std::string> names;  // which Named looks into: it never grows beyond what is reserved
  names.reserve(users.size());
  std::vector<Named> named;
  for (const std::string& user : users) {
    if (std::find(linked.begin(), linked.end(), user) != linked.end()) continue;
    const std::string& nickname = names.emplace_back(nickname_of(room, user));
    if (nickname.size() > 1) named.push_back({nickname, user});
    named.push_back({user, user});
  }
  mark(std::move(named), content);
}

bool names_everybody(const chat::Content& content) {
  constexpr std::string_view everybody = "@room";
  for (std::size_t at = content.text.find(everybody); at != std::string::npos;
       at = content.text.find(everybody, at + 1)) {
    const std::size_t end = at + everybody.size();
    if (stands_alone(content.text, at, end) && !is_taken(content, at, end)) return true;
  }
  return false;
}

std::vector<std::string> mentioned_in(const chat::Content& content) {
  std::vector<std::string> users;
  for (const chat::Span& span : content.spans) {
    if (span.kind == SpanKind::mention && is_user_id(span.value)) users.push_back(span.value);
  }
  return users;
}

}  // namespace dragoman::backends::matrix
