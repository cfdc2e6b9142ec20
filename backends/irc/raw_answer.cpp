#include "backends/irc/raw_answer.hpp"

#include <algorithm>
#include <array>

#include "backends/irc/handlers.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// What its numerics are about is named in them; otherwise any of them is the answer.
enum class About { first_word, anything };

struct Row {
  std::string_view verb, numerics;
  About about;
};
// Only those that have a handler of their own.
constexpr auto table = std::to_array<Row>({
    {"ADMIN", "256", About::anything},
    {"AWAY", "305 306", About::anything},
    {"INVITE", "341", About::anything},
    {"ISON", "303", About::anything},
    {"LIST", "321 322 323", About::anything},
    {"LUSERS", "250 251 252 253 254 255 265 266", About::anything},
    {"METADATA", "760 761 762 766 770 771 772 774", About::anything},
    {"MODE", "221 324 329 367 368", About::first_word},
    {"MONITOR", "730 731 732 733", About::anything},
    {"NAMES", "353 366", About::first_word},
    {"TOPIC", "331 332 333", About::first_word},
    {"WATCH", "600 601 602 603 604 605 606 607", About::anything},
    {"WHO", "315 352", About::first_word},
    {"WHO", "354", About::anything},
    {"WHOIS", "276 301 307 311 312 313 317 318 319 320 330 335 338 350 378 379 671 760", About::first_word},
    {"WHOWAS", "301 312 330 338 378", About::anything},
});

/// ISON's answer comes to our own questions too, and says so itself (contacts.cpp).
constexpr std::string_view answer_to_ison = "303";
/// Marks those rows of WHOX that we have asked for (identity.cpp).
constexpr std::string_view own_who_token = "152";

/// The channel or the nickname of a numeric: behind our own nickname, but "353 alice = #tea :...".
std::string_view subject_of(const Message& message) {
  if (message.command == "353") return message.param(message.count < 2 ? 0 : message.count - 2);
  return message.param(message.command == "221" ? 0 : 1);
}

bool is_about(const Evidence::Asked& asked, About about, std::string_view folded_subject) {
  if (about == About::anything || asked.target.empty()) return true;
  const auto words = text::split(asked.target, ',');
  if (std::find(words.begin(), words.end(), folded_subject) != words.end()) return true;
  // "WHO *.example.org": the rows name channels and people that fit.
  return text::ascii_iequals(asked.verb, "WHO") && asked.target.find_first_of("*?.") != std::string::npos;
}

}  // namespace

void note_raw_answer(State& state, const Message& message) {
  if (!state.link.evidence.awaits_text() || message.command == answer_to_ison) return;
  if (message.command == "354" && message.param(1) == own_who_token) return;
  for (const Row& row : table) {
    const auto numerics = text::split(row.numerics, ' ');
    if (std::find(numerics.begin(), numerics.end(), message.command) == numerics.end()) continue;
    const std::string subject{state.folded(subject_of(message))};
    const auto slot = state.link.evidence.find_text([&](const Evidence::Asked& asked) {
      return text::ascii_iequals(asked.verb, row.verb) && is_about(asked, row.about, subject);
    });
    if (slot != Evidence::none) return state.link.evidence.add_text(slot, text_of(message, 1));
  }
}

bool is_raw_answer(State& state, std::string_view text) {
  const auto slot = state.link.evidence.find_text([](const Evidence::Asked&) { return true; });
  if (slot == Evidence::none) return false;
  state.link.evidence.add_text(slot, text);
  return true;
}

}  // namespace dragoman::backends::irc
