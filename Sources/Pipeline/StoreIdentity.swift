// Which file a store is, whatever it is called meanwhile.

import Foundation

/// The file behind an open store: programs that rotate logs move files away under the feet of their writers.
struct StoreIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64

    /// The file at a path; `nil` where there is none.
    init?(ofFileAt path: String) {
        let file = URL(filePath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: file),
            let device = attributes[.systemNumber] as? NSNumber,
            let number = attributes[.systemFileNumber] as? NSNumber
        else { return nil }
        (self.device, self.number) = (device.uint64Value, number.uint64Value)
    }

    /// Where the file is now, which this process has open; `nil` when it was removed, or moved to another file system.
    ///
    /// The link of a descriptor says it, and that the file was removed. proc(5)
    var path: String? {
        let folder = "/proc/self/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names {
            let path = try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + name)
            if let path, StoreIdentity(ofFileAt: path) == self { return path }
        }
        return nil
    }

    /// Gives the file a further name, in place of an empty file that has it. link(2), rename(2)
    ///
    /// - Returns: why that is not possible, if it is not.
    func link(from path: String, to name: String) -> String? {
        if let other = StoreIdentity(ofFileAt: name), other != self, !Self.isEmpty(name) {
            return "there is another file at \(name)"
        }
        let draft = name + ".moving"
        unlink(draft)
        guard Foundation.link(path, draft) == 0, rename(draft, name) == 0 else {
            defer { unlink(draft) }
            return "\(name) cannot be made: " + String(cString: strerror(errno))
        }
        // When both are names of the same file, rename(2) does nothing, and leaves both.
        unlink(draft)
        return nil
    }

    private static func isEmpty(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.int64Value == 0
    }
}
