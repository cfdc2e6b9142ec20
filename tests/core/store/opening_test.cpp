#include <sys/stat.h>
#include <unistd.h>

#include "store_script.hpp"

namespace dragoman::store::test {

namespace {

class StoreOpening : public StoreTest {
 protected:
  static unsigned mode(const std::string& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777u : 0u;
  }
  void expect_refusal(const std::string& part) {
    const std::string text = refusal();
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
  /// Opening is refused with a text that contains `part`, and changes no byte of the database.
  void expect_refusal_untouched(const std::string& part) {
    const std::string before = contents(path);
    expect_refusal(part);
    EXPECT_TRUE(before == contents(path));
  }
  void make_database() {
    open();
    for (int i = 0; i < 200; ++i) add(std::string(300, 'x'));
    store->put_secret({"account", "alice", "", "\"secret\""});
    commit();
    close();
  }
};

TEST_F(StoreOpening, MakesADatabaseAndAKeyThatOnlyTheirOwnerMayRead) {
  open();
  EXPECT_EQ(mode(path), 0600u);
  EXPECT_EQ(mode(path + "-wal"), 0600u);
  EXPECT_EQ(mode(key_file), 0600u);
  EXPECT_EQ(contents(key_file).size(), 32u);
  EXPECT_EQ(now().counts().accepted, 0u);
}

TEST_F(StoreOpening, SetsAReserveAside) {
  open();
  EXPECT_EQ(std::filesystem::file_size(path + ".reserve"), 16u << 20);
}

TEST_F(StoreOpening, ASecondInstanceIsRefusedUntilTheFirstIsClosed) {
  open();
  const auto second = try_open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::conflict);
  EXPECT_NE(second.error().text.find("process " + std::to_string(::getpid())), std::string::npos)
      << second.error().text;
  close();
  open();
}

TEST_F(StoreOpening, AFolderThatIsMissingIsNamed) {
  path = folder / "missing/dragoman.db";
  expect_refusal("check that the folder exists");
}

TEST_F(StoreOpening, ADatabaseOfANewerVersionIsRefusedUntouched) {
  make_database();
  sql("PRAGMA user_version = 99");
  expect_refusal_untouched("newer dragoman");
}

TEST_F(StoreOpening, ANewerVersionThatCrashedKeepsItsLogToo) {
  make_database();
  {
    auto newer = Database::open(path, 0);
    newer->leave_untouched(true);  // as a crash leaves it: what is new stands in the log alone
    ASSERT_TRUE(newer->execute("PRAGMA user_version = 99"));
  }
  const std::string log = contents(path + "-wal");
  ASSERT_FALSE(log.empty());
  expect_refusal_untouched("newer dragoman");
  EXPECT_TRUE(log == contents(path + "-wal"));
}

TEST_F(StoreOpening, AFileThatIsNoDatabaseIsRefusedUntouched) {
  write_file(path, std::string(5000, 'n'));
  expect_refusal_untouched("not a SQLite database");
}

TEST_F(StoreOpening, ADatabaseOfAnotherProgramIsRefusedUntouched) {
  write_file(path, "");
  sql("CREATE TABLE thing (x)");
  expect_refusal_untouched("another program");
}

TEST_F(StoreOpening, ATruncatedDatabaseIsRefusedUntouchedWithAdvice) {
  make_database();
  const auto size = std::filesystem::file_size(path);
  for (const auto rest : {size - 4096, size / 2, std::uintmax_t{4096}, std::uintmax_t{100}}) {
    std::filesystem::resize_file(path, rest);
    expect_refusal_untouched("nothing was changed");
  }
}

TEST_F(StoreOpening, ADatabaseWhoseTablesAreDamagedIsRefusedWithAdvice) {
  make_database();
  std::string bytes = contents(path);
  for (std::size_t i = 100; i < 4096; ++i) bytes[i] = 'z';
  write_file(path, bytes);
  expect_refusal_untouched("restore a backup");
}

TEST_F(StoreOpening, AKeyFileThatOthersMayReadIsRefusedWithTheCommandThatHelps) {
  make_database();
  ::chmod(key_file.c_str(), 0640);
  expect_refusal_untouched("chmod 600 " + key_file);
  ::chmod(key_file.c_str(), 0604);
  expect_refusal_untouched("chmod 600 " + key_file);
  ::chmod(key_file.c_str(), 0400);
  open();
}

TEST_F(StoreOpening, AKeyFileOfTheWrongSizeIsRefused) {
  make_database();
  for (const char* key : {"", "short"}) {
    write_file(key_file, key);
    expect_refusal_untouched("exactly 32 bytes");
  }
}

TEST_F(StoreOpening, AnotherKeyIsRefused) {
  make_database();
  write_file(key_file, std::string(32, 'k'));
  expect_refusal_untouched("not the key");
}

TEST_F(StoreOpening, AKeyThatWasLostIsNotReplacedSilently) {
  make_database();
  std::filesystem::remove(key_file);
  expect_refusal_untouched("the key file is missing");
  EXPECT_FALSE(std::filesystem::exists(key_file));
}

TEST_F(StoreOpening, ARefusedOneMayBeOpenedAfterItWasRepaired) {
  make_database();
  ::chmod(key_file.c_str(), 0644);
  expect_refusal("chmod 600");
  ::chmod(key_file.c_str(), 0600);
  open();
  EXPECT_EQ(now().document("account", "alice", ""), "\"secret\"");
}

}  // namespace

}  // namespace dragoman::store::test
