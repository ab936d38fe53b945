// Sessions that an import did not come to derive, or was told not to.

public import Store

/// What there is to say of evidence that no session was derived from yet.
public enum SessionsDue {
    /// Which recordings' sessions may be missing, and the remedy; `nil` when the store has all sessions.
    public static func note(of store: UpgradeStore) throws -> String? {
        let isRecording = RecorderLock.isHeld(besideStoreAt: store.path)
        let ids = try store.recordingsWithoutSessions(isRecording: isRecording)
        return ids.isEmpty ? nil : "\(words(ids)); `otatape reindex` derives them"
    }

    /// The finding by itself.
    static func words(_ ids: [Int64]) -> String {
        let shown = ids.prefix(5).map(String.init).joined(separator: ", ")
        let rest = ids.count > 5 ? " and \(ids.count - 5) more" : ""
        return "sessions of recording\(ids.count == 1 ? "" : "s") \(shown)\(rest) are not derived yet"
    }
}
