#include "bridge/departures.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "bridge/room_session.hpp"
#include "bridge/speaker_account.hpp"

namespace dragoman::bridge {

namespace {

/// So many sessions at once are asked for nothing but a farewell.
constexpr std::size_t most_going = 10;
/// In the turn in which a room goes it may come to another bridge; and one after the other, as they came.
constexpr Duration pause = std::chrono::milliseconds{200};
/// A homeserver that is down is up again at some time.
constexpr Duration pause_after_failure = std::chrono::minutes{1};

constexpr const char* farewell = "The bridge to this room was taken away";

LegPlan leg_at(const std::string& place) {
  LegPlan leg;
  const std::size_t space = place.find(' ');
  leg.network = place.substr(0, space);
  if (space != std::string::npos) leg.room = chat::RoomId{place.substr(space + 1)};
  leg.address = leg.room.text + " on " + leg.network;
  return leg;
}

}  // namespace

/// One of them: enters as who is there already, and goes out for good.
class Departures::Voice final : public chat::Observer {
 public:
  Voice(Departures& all, Room& room, Persona persona, chat::Network& network)
      : who(std::move(persona)), all_(all), room_(room), network_(network) {
    const chat::Account account = account_of(room.bridge, room.leg, who, network, std::nullopt);
    session_ = std::make_unique<RoomSession>(network, account, static_cast<chat::Observer&>(*this), room.leg.room);
  }

  const Persona who;

  void start() {
    session_->start();
    asked_ = all_.next_command();
    session_->perform(asked_, chat::JoinRoom{room_.leg.room, who.nick, room_.leg.password});
  }
  void stop() { session_->stop({}); }

  void on_event(const chat::Event& event) override {
    if (const auto* joined = std::get_if<chat::RoomJoined>(&event)) return go_out(network_.names()[joined->self].text);
    if (const auto* left = std::get_if<chat::RoomLeft>(&event)) {
      if (left->why != chat::RoomLeft::Why::lost) all_.gone(room_, *this);
      return;
    }
    if (const auto* lost = std::get_if<chat::Lost>(&event)) {
      if (!lost->retry_at) all_.later(room_, *this);
      return;
    }
    const auto* failed = std::get_if<chat::Failed>(&event);
    if (failed == nullptr || failed->command != asked_) return;
    // Who is not let in is not in the room.
    failed->outcome == chat::Failed::Outcome::refused ? all_.gone(room_, *this) : all_.later(room_, *this);
  }

 private:
  void go_out(const std::string& nickname) {
    chat::SetStanding out;
    out.room = room_.leg.room;
    out.nickname = nickname;
    out.affiliation = chat::Affiliation::none;
    out.reason = farewell;
    asked_ = all_.next_command();
    session_->perform(asked_, out);  // RoomLeft follows
  }

  Departures& all_;
  Room& room_;
  chat::Network& network_;
  chat::CommandId asked_{};
  std::unique_ptr<RoomSession> session_;
};

Departures::Room::Room(Parts& parts, std::string of_bridge, LegPlan plan, std::vector<Persona> people)
    : bridge(std::move(of_bridge)),
      leg(std::move(plan)),
      book(parts.store, owner_of(bridge), place_of(leg), people),
      waiting(people.begin(), people.end()) {}

Departures::Departures(Parts& parts, Heir heir)
    : parts_(parts), heir_(std::move(heir)), sweep_(parts.gate, [this] { ended_.clear(); }), pace_(parts.timers) {}

Departures::~Departures() = default;

Departures::Room* Departures::find(const std::string& bridge, const std::string& place) const {
  const auto found = std::find_if(rooms_.begin(), rooms_.end(), [&](const auto& each) {
    return each->bridge == bridge && place_of(each->leg) == place;
  });
  return found == rooms_.end() ? nullptr : found->get();
}

void Departures::leave(const std::string& bridge, const LegPlan& leg, std::vector<Persona> people) {
  if (people.empty() || find(bridge, place_of(leg)) != nullptr) return;
  add(std::make_unique<Room>(parts_, bridge, leg, std::move(people)));
}

void Departures::find(const std::function<bool(const std::string&, const std::string&)>& wanted) {
  const std::string bridges = owner_of({});
  parts_.store.reader_now().documents(document_kind, [&](const store::Document& document) {
    const auto place = VoiceBook::place_in(document.key);
    if (!place || !document.owner.starts_with(bridges)) return;
    const std::string bridge = document.owner.substr(bridges.size());
    if (wanted(bridge, *place)) return;
    leave(bridge, leg_at(*place), VoiceBook::read(document.value));
  });
}

void Departures::add(std::unique_ptr<Room> room) {
  const std::string &bridge = room->bridge, &address = room->leg.address;
  const std::size_t people = room->waiting.size();
  LOG_INFO("people of a bridge leave a room that was taken away", bridge, address, people);
  rooms_.push_back(std::move(room));
  pace_.set_after(pause, [this] { go_on(); });
}

void Departures::comes_back(const std::string& bridge, const LegPlan& leg) {
  Room* const room = find(bridge, place_of(leg));
  if (room == nullptr) return;
  while (!room->going.empty()) end(*room, *room->going.back());
  std::erase_if(rooms_, [room](const auto& each) { return each.get() == room; });
}

void Departures::go_on() {
  if (stopped_) return;
  std::optional<Instant> again;
  for (auto room = rooms_.begin(); room != rooms_.end();) {
    if ((*room)->waiting.empty() && (*room)->going.empty()) {
      room = rooms_.erase(room);
      continue;
    }
    const auto next = next_of(**room);
    if (next) again = std::min(again.value_or(*next), *next);
    ++room;
  }
  if (again) pace_.set(*again, [this] { go_on(); });
}

std::optional<Instant> Departures::next_of(Room& room) {
  const Instant now = parts_.timers.clock().now();
  chat::Network* const network = parts_.network_of(room.leg);
  if (network == nullptr || !network->lends_voices()) return std::nullopt;
  if (now < room.rests_until) return room.rests_until;
  if (room.going.empty() && heir_(place_of(room.leg), room.book.people())) {
    room.waiting.clear();
    for (const Persona& who : room.book.people()) room.book.went(who.key());
  }
  if (!room.waiting.empty() && room.going.size() < most_going) {
    Persona next = std::move(room.waiting.front());
    room.waiting.pop_front();
    Voice& voice = *room.going.emplace_back(std::make_unique<Voice>(*this, room, std::move(next), *network));
    voice.start();
  }
  return now + pause;
}

void Departures::end(Room& room, const Voice& voice) {
  const auto known =
      std::find_if(room.going.begin(), room.going.end(), [&](const auto& each) { return each.get() == &voice; });
  if (known == room.going.end()) return;
  (*known)->stop();
  ended_.push_back(std::move(*known));
  room.going.erase(known);
  sweep_.arm();
}

void Departures::gone(Room& room, const Voice& voice) {
  room.book.went(voice.who.key());
  end(room, voice);
}

void Departures::later(Room& room, const Voice& voice) {
  room.waiting.push_back(voice.who);
  room.rests_until = parts_.timers.clock().now() + pause_after_failure;
  end(room, voice);
}

void Departures::network_goes(const std::string& domain) {
  for (const auto& room : rooms_) {
    if (room->leg.network != domain) continue;
    while (!room->going.empty()) {
      room->waiting.push_back(room->going.back()->who);
      end(*room, *room->going.back());
    }
  }
  ended_.clear();
}

void Departures::stop() {
  stopped_ = true;
  pace_.clear();
  for (const auto& room : rooms_) {
    while (!room->going.empty()) end(*room, *room->going.back());
  }
}

}  // namespace dragoman::bridge
