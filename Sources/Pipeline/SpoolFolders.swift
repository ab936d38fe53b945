// Where the spools of a store lie.

import Foundation
import Store

/// The folders of spools beside a store, one for each client id.
enum SpoolFolders {
    /// The folder that holds them all.
    static func root(beside store: UpgradeStore) -> String { root(besideStoreAt: store.path) }

    /// The folder that holds them all.
    static func root(besideStoreAt path: String) -> String { path + ".spool" }

    /// The folder for packets that wait to be decoded.
    static func packets(besideStoreAt path: String) -> String { path + ".packets" }

    /// The folder for a client id, whatever characters that has.
    static func folder(of clientID: String, beside store: UpgradeStore) -> String {
        let name = clientID.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            return isPlain || byte == UInt8(ascii: "-")
                ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16)
        }
        return root(beside: store) + "/" + name.joined()
    }

    /// The folders that are there.
    static func all(beside store: UpgradeStore) -> [String] { all(besideStoreAt: store.path) }

    /// The folders that are there.
    static func all(besideStoreAt path: String) -> [String] {
        let root = root(besideStoreAt: path)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.sorted().map { root + "/" + $0 }
    }

    /// Removes the folders that hold nothing.
    static func removeEmpty(beside store: UpgradeStore) {
        for folder in all(beside: store) + [packets(besideStoreAt: store.path)] { rmdir(folder) }
        removeIfEmpty(beside: store)
    }

    /// Removes the folder of folders when it is empty.
    static func removeIfEmpty(beside store: UpgradeStore) {
        rmdir(root(beside: store))
    }
}
