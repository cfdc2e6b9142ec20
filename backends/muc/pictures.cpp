#include <algorithm>

#include "backends/muc/handlers.hpp"
#include "xmpp/avatar.hpp"
#include "xmpp/vcard.hpp"

// What those in a room look like: their presence names a picture (XEP-0153), which is in their vCard (XEP-0054); a room
// hands the question on to them. A picture is called by its hash and whose it is: "8b3c...0f dev@muc.tld/alice".

namespace dragoman::backends::muc {

namespace {

constexpr std::size_t most_bytes = 256 * 1024;
constexpr std::size_t hash_length = 40;
constexpr auto card_patience = std::chrono::seconds{30};

}  // namespace

void note_picture(const Room& room, const std::string& nick, Occupant& somebody, const xmpp::Element& presence,
                  Effects& effects) {
  const auto hash = xmpp::read_photo(presence);
  if (!hash || *hash == somebody.picture || (!hash->empty() && hash->size() != hash_length)) return;
  const auto address = occupant_address(room, nick);
  if (!address) return;
  somebody.picture = *hash;
  chat::PersonChanged changed;
  changed.person = chat::PersonId{address->str()};
  changed.profile.nickname = nick;
  if (!hash->empty()) changed.profile.picture = *hash + ' ' + address->str();
  effects.tell(std::move(changed));
}

void get_picture(State& state, chat::CommandId id, const chat::GetPicture& get, Effects& effects) {
  const std::string hash = get.picture.substr(0, get.picture.find(' '));
  const auto whose =
      xmpp::Jid::parse(std::string_view{get.picture}.substr(std::min(hash.size() + 1, get.picture.size())));
  if (hash.size() != hash_length || !whose) return effects.refused(id, Fault::not_found, "There is no such picture.");
  xmpp::Element iq = make_iq(state, "get", whose->str());
  iq.add("vCard", xmpp::vcard_ns);
  ask(
      state, std::move(iq),
      [id, hash](State&, const Answer& answer, Effects& then) {
        const auto card = result_of(answer);
        if (!card) return then.refused(id, card.error().fault, card.error().text);
        chat::Picture picture;
        if (xmpp::read_card_picture(*card, hash, most_bytes, picture.bytes)) return then.done(id, std::move(picture));
        then.refused(id, Fault::not_found, "Their card has another picture, or one that is too large.");
      },
      effects, card_patience);
}

}  // namespace dragoman::backends::muc
