#pragma once

#include <span>

#include "store/migrations.hpp"

namespace dragoman::store {

/// The tables of the database as the numbered steps that made them.
std::span<const Migration> schema();

}  // namespace dragoman::store
