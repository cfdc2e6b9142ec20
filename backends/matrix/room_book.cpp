#include "backends/matrix/room_book.hpp"

#include "backends/matrix/address.hpp"

namespace dragoman::backends::matrix {

namespace {

const std::string id_of = "room ", address_at = "address ";  // keys of what is kept

/// The address that stands for this id or alias.
chat::RoomId room_address(std::string_view id) { return chat::RoomId{to_localpart(id)}; }

}  // namespace

std::string RoomBook::look_up(Table& table, const std::string& kind, const std::string& key) {
  if (const auto found = table.find(key); found != table.end()) return found->second;
  std::string text = kept_ ? kept_(kind + key) : std::string{};
  if (!text.empty()) table.emplace(key, text);
  return text;
}

void RoomBook::note(Table& table, const std::string& kind, const std::string& key, const std::string& text) {
  table[key] = text;
  if (keep_) keep_(kind + key, text);
}

chat::RoomId RoomBook::address_of(const std::string& room_id, std::string_view alias) {
  if (auto known = known_address(room_id)) return *std::move(known);
  chat::RoomId address = room_address(room_id);
  if (!alias.empty()) {
    chat::RoomId wished = room_address(alias);
    if (room_at(wished).value_or(room_id) == room_id) address = std::move(wished);
  }
  learn(address, room_id);
  return address;
}

std::optional<chat::RoomId> RoomBook::known_address(const std::string& room_id) {
  std::string known = look_up(addresses_, address_at, room_id);
  if (known.empty()) return std::nullopt;
  return chat::RoomId{std::move(known)};
}

std::optional<std::string> RoomBook::room_at(const chat::RoomId& address) {
  std::string known = look_up(ids_, id_of, address.text);
  if (!known.empty()) return known;
  if (!address.text.starts_with('!')) return std::nullopt;
  const auto id = from_localpart(address.text);
  return id ? std::optional{*id} : std::nullopt;
}

void RoomBook::learn(const chat::RoomId& address, const std::string& room_id) {
  if (look_up(ids_, id_of, address.text) != room_id) note(ids_, id_of, address.text, room_id);
  if (!known_address(room_id)) note(addresses_, address_at, room_id, address.text);
}

}  // namespace dragoman::backends::matrix
