/// One line of the table of targets: what is divided by what, what must hold, and what would be good.
package enum BenchmarkTarget: String, CaseIterable, Sendable {
    case merge = "T1"
    case mergeInLargeBatches = "T2"
    case backlog = "T2b"
    case conflicts = "T3"
    case duplicates = "T4"
    case newRows = "T5"
    case localInserts = "T6"
    case localUpdates = "T7"
    case localSingle = "T8"
    case bytesPerChange = "T9"
    case bytesPerNewRow = "T10"
    case bootstrap = "T11"
    case rowStream = "T12"
    case latency = "T13"
    case latencyTail = "T14"
    case latencyFlushed = "T14b"
    case storedBytes = "T16"

    /// What the number is.
    package var title: String {
        switch self {
        case .merge: "hub merges 2-column updates, 1,000 a transaction ÷ plain upsert"
        case .mergeInLargeBatches: "the same, the hub free to batch (10,000) ÷ plain upsert, 1,000"
        case .backlog: "a backlog, as the hub takes it in ÷ plain upsert, 1,000"
        case .conflicts: "merge of conflicting updates ÷ of others"
        case .duplicates: "updates known already ÷ plain upsert"
        case .newRows: "hub merges new members ÷ plain insert"
        case .localInserts: "branch writes new members, 1,000 a transaction ÷ plain insert"
        case .localUpdates: "branch writes 2-column updates, 1,000 a transaction ÷ plain update"
        case .localSingle: "branch writes one update, one flush ÷ plain, one flush"
        case .bytesPerChange: "bytes of a 2-column update inside TLS, 1,000 a batch"
        case .bytesPerNewRow: "bytes of a new member inside TLS ÷ its values"
        case .bootstrap: "seconds until a newcomer is in step, by image ÷ the image's backup and a copy of it, flushed"
        case .rowStream: "members a second until a newcomer is in step, by the log ÷ plain insert, 1,000"
        case .latency: "µs from a commit at A to its sight at B by the hub, median ÷ the same hops in C"
        case .latencyTail: "the same, 99th percentile ÷ C"
        case .latencyFlushed: "the same on a disk, a flush at each hop, median ÷ C, as many flushes"
        case .storedBytes: "bytes on the hub's disk per member ÷ plain table"
        }
    }

    /// Of bytes and of waiting, less is better.
    package var isLessBetter: Bool {
        switch self {
        case .bytesPerChange, .bytesPerNewRow, .bootstrap, .latency, .latencyTail, .latencyFlushed, .storedBytes: true
        case .merge, .mergeInLargeBatches, .backlog, .conflicts, .duplicates, .newRows, .localInserts, .localUpdates,
            .localSingle, .rowStream:
            false
        }
    }

    package func floor(on storage: StorageKind) -> Double { bounds(on: storage).floor }
    package func goal(on storage: StorageKind) -> Double { bounds(on: storage).goal }

    private func bounds(on storage: StorageKind) -> (floor: Double, goal: Double) {
        switch (self, storage) {
        case (.merge, _): (0.5, 0.8)
        case (.mergeInLargeBatches, .disk): (1.2, 1.8)
        case (.mergeInLargeBatches, .memory): (0.9, 1.1)
        case (.backlog, .disk): (2, 3)
        case (.backlog, .memory): (1.2, 1.8)
        case (.conflicts, _): (0.7, 0.9)
        case (.duplicates, _): (1, 2)
        case (.newRows, _): (0.3, 0.5)
        case (.localInserts, _): (0.4, 0.57)
        case (.localUpdates, _): (0.6, 0.8)
        case (.localSingle, _): (0.8, 0.95)
        case (.bytesPerChange, _): (40, 22)
        case (.bytesPerNewRow, _): (0.8, 0.35)
        case (.bootstrap, _): (4, 2)
        case (.rowStream, _): (0.4, 0.6)
        case (.latency, _): (6, 3)
        case (.latencyTail, _): (8, 4)
        case (.latencyFlushed, _): (2, 1.3)
        case (.storedBytes, _): (2, 1.4)
        }
    }
}

/// What lies under the files: bounds differ where a flush costs something.
package enum StorageKind: String, Sendable {
    case disk, memory
}
