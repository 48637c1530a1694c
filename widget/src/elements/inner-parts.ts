/** The parts inside the list and the screens, which a page reaches as if they were the widget's own. */
export const innerParts =
  'toolbar,search,input,viewport,header,row,avatar,status,badge,button,dialog,menu,toast,banner'
