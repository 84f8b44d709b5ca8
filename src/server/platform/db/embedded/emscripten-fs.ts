/** The corner of Emscripten's file system that durable-node-fs.ts changes; PGlite publishes no types for it. */
export interface FsNode {
  name: string;
}

export interface FsStream {
  /** The descriptor of the real file; directories have none. */
  nfd?: number;
  node: FsNode;
}

export interface NodeFsType {
  realPath(node: FsNode): string;
  tryFSOperation<T>(operation: () => T): T;
  stream_ops: {
    fsync?: (stream: FsStream) => number;
    write(stream: FsStream, buffer: Uint8Array, offset: number, length: number, position: number): number;
    setattr(stream: FsStream, attributes: unknown): void;
  };
  node_ops: {
    setattr(node: FsNode, attributes: unknown): void;
    unlink(parent: FsNode, name: string): void;
    rename(node: FsNode, newParent: FsNode, newName: string): void;
  };
}

export interface EmscriptenFs {
  filesystems: { NODEFS: NodeFsType };
  lookupNode(parent: FsNode, name: string): FsNode;
  destroyNode(node: FsNode): void;
  writeFile(path: string, data: Uint8Array): void;
  unlink(path: string): void;
}
