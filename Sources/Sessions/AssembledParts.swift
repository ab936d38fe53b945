// A session's responses that one recording joined to one file. RFC 9110 §14, §15.3.7.3.

import Traffic

/// The responses of a session that belong to one assembly, and that assembly as it was last told.
struct AssembledParts {
    /// One recording's file: assemblies are numbered by each recording alone.
    private struct Key: Hashable {
        var recordingID: Int64
        var number: Int
    }

    /// The responses in the order of their requests.
    private(set) var responses: [TransferEvidence] = []
    /// The assembly as the last of them to end left it.
    private(set) var latest: DownloadAssembly

    private init(_ assembly: DownloadAssembly) {
        latest = assembly
    }

    /// Whether all bytes came, and all of them in responses of this session.
    ///
    /// Devices behind one address are one client to an assembly: what others fetched is not this session's image.
    var isOwnImage: Bool { latest.isWhole && responses.count == latest.exchanges }

    /// The files that a session's responses are parts of, as each recording saw them, in the order of their numbers.
    static func all(in responses: [TransferEvidence]) -> [AssembledParts] {
        var files: [Key: AssembledParts] = [:]
        for response in responses {
            for sighting in response.sightings {
                guard let assembly = sighting.transfer.assembly else { continue }
                let key = Key(recordingID: sighting.recordingID, number: assembly.number)
                files[key, default: AssembledParts(assembly)].add(response, assembly)
            }
        }
        return files.sorted { ($0.key.recordingID, $0.key.number) < ($1.key.recordingID, $1.key.number) }
            .map(\.value)
    }

    private mutating func add(_ response: TransferEvidence, _ assembly: DownloadAssembly) {
        responses.append(response)
        if assembly.isLater(than: latest) { latest = assembly }
    }
}

private extension DownloadAssembly {
    /// Whether it was told later.
    ///
    /// Counts only grow; times tell nothing, since exchanges do not end in the order of their last bytes.
    func isLater(than other: DownloadAssembly) -> Bool {
        let isHashed = digesting == .whole
        let isOtherHashed = other.digesting == .whole
        return (exchanges, receivedBytes, coveredBytes, isHashed ? 1 : 0)
            > (other.exchanges, other.receivedBytes, other.coveredBytes, isOtherHashed ? 1 : 0)
    }
}
