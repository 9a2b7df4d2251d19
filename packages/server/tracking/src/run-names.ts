// tracking: a name for a run that was given none: adjective-noun-number, at most 20 characters, as MLflow's users expect one.
import type { RandomBytes } from '@holdfast/base';

const adjectives =
  'able,agile,amber,apt,bold,brave,brisk,calm,clean,clear,crisp,deft,eager,early,fair,fast,fine,firm,fleet,fond,free,fresh,glad,grand,green,handy,keen,kind,late,light,lively,loud,lucid,merry,mild,neat,nimble,noble,plain,proud,quick,quiet,rapid,ready,rich,sharp,shy,sly,smart,sound,spry,stout,sunny,sure,swift,tidy,vast,warm,wise,witty';
const nouns =
  'auk,bass,bream,brill,char,clam,cod,conch,coral,crab,crane,dab,duck,dulse,eel,egret,finch,fluke,goby,grebe,gull,hake,heron,ibis,kelp,krill,limpet,ling,loon,lugworm,mussel,newt,otter,oyster,perch,pike,plover,prawn,puffin,ray,roach,ruff,seal,shad,shrimp,skate,smelt,snipe,sole,sprat,squid,stork,swan,teal,tench,tern,trout,tuna,turbot,whelk';

const pick = (list: string, byte: number): string => list.split(',')[byte % 60]!;

export function randomRunName(random: RandomBytes): string {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  return `${pick(adjectives, a)}-${pick(nouns, b)}-${((c << 8) | d) % 1000}`;
}
