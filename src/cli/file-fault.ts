const words: Record<string, string> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be used by this user: check owner and permissions',
  EPERM: 'may not be used by this user: check owner and permissions',
  EISDIR: 'is a folder, not a file',
  ENOTDIR: 'is not a folder, or stands below a file',
  EEXIST: 'is a file where a folder is needed',
  EROFS: 'stands on a file system that is read-only',
  ENOSPC: 'stands on a disk that is full',
  ENAMETOOLONG: 'is too long a name',
}

/** What the operating system says about a file or folder, in words; undefined for any other error. */
export function describeFileFault(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code = '', path, syscall } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' && syscall === 'mkdir') return `the folder ${path} cannot be made here`
  return path !== undefined && words[code] ? `${path} ${words[code]}` : undefined
}
