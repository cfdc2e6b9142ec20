#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

// Files that hold messages, keys or secrets: readable for their owner alone, whole or not there, durable.
namespace dragoman::store {

/// A file descriptor that is closed at the end.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// "/var/lib/dragoman/irc.db" -> "/var/lib/dragoman"; "irc.db" -> ".".
std::string folder_of(const std::string& path);

/// Whose a new file is. `of_folder`: when root makes it, of whoever its folder belongs to, as SQLite does with its
/// logs. For what a gateway that is not root has to open.
enum class Owner { self, of_folder };

/// Makes a new file that only its owner may read. Fault::conflict: there is a file of that name.
Result<File> create_private(const std::string& path, Owner owner);

/// True when the names in this folder are durable: a new file is there after a power cut only then.
bool sync_folder(const std::string& folder);

/// Gives a file that was written under another name its own, and makes both durable. What had that name is replaced.
Result<void> publish(const std::string& unfinished, const std::string& path);

/// Deletes a database that was not finished, with what SQLite leaves beside one whose process was killed: a journal of
/// it would be applied to the next file of that name.
void remove_unfinished(const std::string& path);

/// A whole file of these bytes, under its name only when it is durable. Replaces what is there.
Result<void> write_private(const std::string& path, std::string_view bytes, Owner owner);

}  // namespace dragoman::store
