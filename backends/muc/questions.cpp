#include "backends/muc/handlers.hpp"
#include "xmpp/about.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

// What others ask us, mostly through a room; our own self-ping comes back so too.
namespace dragoman::backends::muc {

namespace {

xmpp::Element make_answer(const State& state, const xmpp::Element& iq) {
  const xmpp::Element* asked = iq.first_element();
  if (asked->is("ping", xmpp::ns::ping)) return xmpp::make_result(iq);
  if (asked->is("query", xmpp::ns::disco_info)) {
    xmpp::DiscoInfo info;
    info.identities.push_back({"client", "bot", state.voice.nickname, {}});
    info.features = {std::string{xmpp::ns::ping}, std::string{xmpp::version_ns}, std::string{xmpp::ns::muc}};
    return xmpp::make_disco_info(iq, info);
  }
  if (asked->is("query", xmpp::version_ns)) {
    const std::string& software = state.shared.software;
    const std::size_t space = software.find(' ');
    return xmpp::make_version(
        iq, software.substr(0, space),
        space == std::string::npos ? std::string_view{} : std::string_view{software}.substr(space + 1));
  }
  return xmpp::make_error_reply(iq, {"service-unavailable", {}, {}, {}});
}

}  // namespace

void answer_question(State& state, const xmpp::Element& iq, Effects& effects) {
  static_cast<void>(effects.link.send(make_answer(state, iq)));
}

}  // namespace dragoman::backends::muc
