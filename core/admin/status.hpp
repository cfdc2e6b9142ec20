#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "admin/facts.hpp"
#include "admin/rates.hpp"

namespace dragoman::admin {

/// At most as many rows of people and of rooms are sent to the page; those in trouble come first.
inline constexpr std::size_t most_rows = 200;

/// What the status page shows, as JSON: networks, people, rooms, messages by state, problems.
nlohmann::json make_status(const Facts& facts, const store::Reader::Counts& messages, const Rates& rates);

}  // namespace dragoman::admin
