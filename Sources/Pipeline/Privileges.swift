// Gives up root's rights once nothing needs them any more.

import Foundation

/// The rights of this process.
public enum Privileges {
    /// Becomes another user for good, with that user's groups and none of root's rights.
    ///
    /// glibc does this for all threads of the process at once, which the kernel alone would not: nptl(7).
    ///
    /// - Throws: `.impossible` when there is no such user, or this process is not root; nothing has changed then.
    public static func drop(to name: String) throws(RunError) {
        guard let user = getpwnam(name)?.pointee else {
            throw RunError(
                .impossible,
                "--user \(name): there is no such user; `getent passwd` lists those there are."
            )
        }
        let (id, group) = (user.pw_uid, user.pw_gid)
        if geteuid() == id, getuid() == id, id != 0 { return }
        guard geteuid() == 0 else {
            throw RunError(
                .impossible,
                "--user \(name): only root can become another user; start as root, or leave --user out."
            )
        }
        guard initgroups(name, group) == 0, setgid(group) == 0, setuid(id) == 0 else {
            throw RunError(.impossible, "--user \(name): \(String(cString: strerror(errno))).")
        }
        guard id == 0 || setuid(0) != 0 else {
            throw RunError(
                .impossible,
                "--user \(name): root's rights could be taken back; nothing is recorded."
            )
        }
    }
}
