/** "roster-20261123T235704Z.db": sorting by name sorts by age. */
export function backupName(date: Date): string {
  return `roster-${dated(date)}.db`;
}

/** "20261123T235704Z", in UTC. */
export function dated(date: Date): string {
  return date.toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
}

const named = /^roster-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.db$/;

/** When a copy with this name was made, in milliseconds; undefined for every other file. */
export function parseBackupTime(name: string): number | undefined {
  const [, year, month, day, hour, minute, second] = named.exec(name) ?? [];
  const moment = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(moment) ? undefined : moment;
}

/** What a killed process left of a copy. */
export function isPart(name: string): boolean {
  return /^roster-\d{8}T\d{6}Z\.db\.\d+\.part/.test(name);
}
