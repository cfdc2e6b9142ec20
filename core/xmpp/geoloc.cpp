#include "xmpp/geoloc.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace dragoman::xmpp {

namespace {

/// A number between the limits, as it was written; empty for anything else.
std::string_view read_number(std::string_view text, double lowest, double highest) {
  text = text::trim(text);
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  double number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  return whole && std::isfinite(number) && number >= lowest && number <= highest ? digits : std::string_view{};
}

constexpr double earth = 40'000'000;  // metres around it

}  // namespace

std::optional<std::string> read_geoloc(const Element& message) {
  const Element* place = message.child("geoloc", geoloc_ns);
  if (place == nullptr) return std::nullopt;
  const std::string latitude = place->child_text("lat", geoloc_ns), longitude = place->child_text("lon", geoloc_ns);
  const std::string accuracy = place->child_text("accuracy", geoloc_ns);
  const std::string_view lat = read_number(latitude, -90, 90), lon = read_number(longitude, -180, 180);
  if (lat.empty() || lon.empty()) return std::nullopt;
  std::string uri = "geo:" + std::string{lat} + ',' + std::string{lon};
  if (const auto metres = read_number(accuracy, 0, earth); !metres.empty()) uri += ";u=" + std::string{metres};
  return uri;
}

std::optional<Element> make_geoloc(std::string_view text) {
  constexpr std::string_view scheme = "geo:";
  const std::size_t begin = text.find(scheme);
  if (begin == std::string_view::npos) return std::nullopt;
  std::string_view uri = text.substr(begin + scheme.size());
  uri = uri.substr(0, std::min(uri.find_first_of(" \t\n<>\""), uri.size()));
  const auto parts = text::split(uri, ';');
  const auto coordinates = text::split(parts.front(), ',');
  if (coordinates.size() < 2) return std::nullopt;
  const std::string_view lat = read_number(coordinates[0], -90, 90), lon = read_number(coordinates[1], -180, 180);
  if (lat.empty() || lon.empty()) return std::nullopt;
  Element place{"geoloc", geoloc_ns};
  place.add_text_child("lat", lat).add_text_child("lon", lon);
  for (const std::string_view part : parts) {
    if (!part.starts_with("u=")) continue;
    if (const auto metres = read_number(part.substr(2), 0, earth); !metres.empty())
      place.add_text_child("accuracy", metres);
  }
  return place;
}

}  // namespace dragoman::xmpp
